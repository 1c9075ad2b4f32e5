internal import Foundation
internal import Tensors

/// Values that other software computed, as `Tests/TensorsTests/Golden/make_golden.py` wrote them.
public struct Golden: Sendable {
  /// The version of the files that this reader understands.
  public static let version = "1"

  /// One case: its parameters and arrays.
  public struct Case: Sendable {
    /// The name in its family.
    public let name: String
    /// What the operation was told.
    public let parameters: GoldenParameters
    /// Inputs, output and gradients by name.
    public let arrays: [String: HostTensor]
  }

  /// The versions of the software that computed the values.
  public let versions: [String: String]
  /// All cases, by name.
  public let cases: [Case]

  /// Reads a family such as `conv2d` from the files committed with the tests.
  public init(family: String) throws(GoldenError) {
    let path = SharedData.packagePath("Tests/TensorsTests/Golden/\(family).safetensors")
    guard let data = FileManager.default.contents(atPath: path) else {
      throw GoldenError(file: path, problem: "cannot be read; run make_golden.py beside it")
    }
    try self.init(bytes: [UInt8](data), file: path)
  }

  /// Reads a file's bytes; refuses other versions and anything that does not add up.
  public init(bytes: [UInt8], file: String) throws(GoldenError) {
    func fail(_ problem: String) -> GoldenError { GoldenError(file: file, problem: problem) }
    guard bytes.count >= 8 else { throw fail("holds \(bytes.count) bytes, no header") }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else { throw fail("its header is cut off") }
    let start = 8 + Int(length)
    guard
      let header = try? JSONDecoder().decode([String: Entry].self, from: Data(bytes[8..<start])),
      case .metadata(let metadata)? = header["__metadata__"]
    else { throw fail("its header is not that of a golden file") }
    guard metadata["golden"] == "pigment", metadata["version"] == Self.version else {
      throw fail(
        "has version \(metadata["version"] ?? "none"), this reader wants \(Self.version); "
          + "run make_golden.py again")
    }
    var arrays: [String: [String: HostTensor]] = [:]
    for (name, entry) in header {
      guard case .array(let array) = entry else { continue }
      let parts = name.split(separator: "/").map(String.init)
      guard parts.count == 2, metadata["case \(parts[0])"] != nil else {
        throw fail("array \(name) belongs to no case")
      }
      guard let tensor = array.tensor(in: bytes[start...]) else {
        throw fail("array \(name) of \(array.dtype) \(array.shape) does not fit the file")
      }
      arrays[parts[0], default: [:]][parts[1]] = tensor
    }
    var cases: [Case] = []
    for (key, text) in metadata where key.hasPrefix("case ") {
      let name = String(key.dropFirst(5))
      guard
        let values = try? JSONDecoder().decode(
          [String: GoldenParameters.Value].self, from: Data(text.utf8))
      else { throw fail("the parameters of case \(name) are not understood: \(text)") }
      cases.append(
        Case(
          name: name, parameters: GoldenParameters(name: name, values: values),
          arrays: arrays[name] ?? [:]))
    }
    self.cases = cases.sorted { $0.name < $1.name }
    versions = metadata.filter { !$0.key.hasPrefix("case ") }
  }
}

/// Why a golden file was refused.
public struct GoldenError: Error, CustomStringConvertible {
  /// The file.
  public let file: String
  /// What is wrong, and the remedy where there is one.
  public let problem: String
  /// Both in a line.
  public var description: String { "\(file): \(problem)" }
}

/// An entry of a safetensors header.
private enum Entry: Decodable {
  case metadata([String: String])
  case array(ArrayEntry)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let array = try? container.decode(ArrayEntry.self) {
      self = .array(array)
    } else {
      self = .metadata(try container.decode([String: String].self))
    }
  }
}

private struct ArrayEntry: Decodable {
  let dtype: String
  let shape: [Int]
  let offsets: [Int]

  enum CodingKeys: String, CodingKey {
    case dtype, shape
    case offsets = "data_offsets"
  }

  func tensor(in data: ArraySlice<UInt8>) -> HostTensor? {
    guard shape.allSatisfy({ $0 >= 0 }), offsets.count == 2, offsets[0] >= 0,
      offsets[0] <= offsets[1], offsets[1] <= data.count
    else { return nil }
    let shape = Shape(shape)
    let bytes = data[data.startIndex + offsets[0]..<data.startIndex + offsets[1]]
    func numbers<T: BitwiseCopyable>(_: T.Type, _ double: (T) -> Double) -> [Double]? {
      guard bytes.count == shape.count * MemoryLayout<T>.size else { return nil }
      return bytes.withUnsafeBytes { raw in
        (0..<shape.count).map {
          double(raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self))
        }
      }
    }
    let values =
      switch dtype {
      case "F64": numbers(Double.self) { $0 }
      case "F32": numbers(Float.self) { Double($0) }
      case "I32": numbers(Int32.self) { Double($0) }
      default: nil as [Double]?
      }
    return values.map { HostTensor($0, shape, isIndex: dtype == "I32") }
  }
}
