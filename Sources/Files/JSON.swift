internal import Foundation

/// JSON as this program writes and reads it: keys sorted, so that equal values give equal bytes.
public enum JSON {
  /// How a text is laid out.
  public enum Layout: Sendable {
    /// On one line.
    case line
    /// Indented, for readers.
    case page
  }

  /// What is done with what JSON has no single way for. Either stays as it is: digests of files
  /// depend on it.
  public enum Dialect: Sendable {
    /// Slashes are escaped; numbers that are not finite are an error.
    case strict
    /// Slashes are as they are; numbers that are not finite are the words `inf`, `-inf` and `nan`.
    case relaxed
  }

  /// The JSON of a value.
  public static func text(
    of value: some Encodable, _ layout: Layout = .line, _ dialect: Dialect = .strict
  ) throws -> String {
    String(decoding: try bytes(of: value, layout, dialect), as: UTF8.self)
  }

  /// The JSON of a value in UTF-8.
  public static func bytes(
    of value: some Encodable, _ layout: Layout = .line, _ dialect: Dialect = .strict
  ) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    switch layout {
    case .line: break
    case .page: encoder.outputFormatting.insert(.prettyPrinted)
    }
    switch dialect {
    case .strict: break
    case .relaxed:
      encoder.outputFormatting.insert(.withoutEscapingSlashes)
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    }
    return Array(try encoder.encode(value))
  }

  /// The value that a text in UTF-8 stands for; throws a `DecodingError`.
  public static func value<Value: Decodable>(
    _ type: Value.Type = Value.self, from bytes: some Sequence<UInt8>, _ dialect: Dialect = .strict
  ) throws -> Value {
    let decoder = JSONDecoder()
    switch dialect {
    case .strict: break
    case .relaxed:
      decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    }
    return try decoder.decode(type, from: Data(bytes))
  }
}

extension AtomicFile {
  /// Writes a value as JSON and a line feed.
  public static func write(
    json value: some Encodable, _ layout: JSON.Layout = .line, _ dialect: JSON.Dialect = .strict,
    to path: String, on files: any FileSystem = .posix
  ) throws {
    try write(try JSON.bytes(of: value, layout, dialect) + [10], to: path, on: files)
  }
}
