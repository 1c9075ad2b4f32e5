internal import Crypto

/// A SHA-256 that is computed while bytes pass by.
public struct Digest: Sendable {
  private var hash = SHA256()

  /// The digest of nothing yet.
  public init() {}

  /// Adds bytes.
  public mutating func add(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

  /// Adds numbers as they lie in memory.
  public mutating func add(_ values: [some BitwiseCopyable]) { values.withUnsafeBytes { add($0) } }

  /// Adds a text as UTF-8.
  public mutating func add(_ text: String) {
    var copy = text
    copy.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  /// The 32 bytes of the digest of what was added so far.
  public var bytes: [UInt8] { Array(hash.finalize()) }

  /// The same in 64 hexadecimal digits.
  public var hexadecimal: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The digest of bytes, in hexadecimal.
  public static func hexadecimal(_ bytes: [UInt8]) -> String {
    var digest = Digest()
    digest.add(bytes)
    return digest.hexadecimal
  }

  /// The digest of a text as UTF-8, in hexadecimal.
  public static func hexadecimal(_ text: String) -> String {
    var digest = Digest()
    digest.add(text)
    return digest.hexadecimal
  }
}
