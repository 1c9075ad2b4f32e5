internal import CZlib

/// Undoes the compression that HDF5 and zip files share, never into more bytes than expected.
public enum Inflate {
  /// What stands around the compressed bytes.
  public enum Wrapping: Sendable {
    /// A header and a checksum, which is compared: HDF5's deflate (RFC 1950).
    case zlib
    /// Nothing: members of zip files (RFC 1951).
    case none
  }

  /// The bytes that were compressed. Where they are more than `limit` the memory for `limit` bytes
  /// was needed and no more.
  public static func bytes(
    of compressed: [UInt8], _ wrapping: Wrapping, limit: Int
  ) throws(CompressionError) -> [UInt8] {
    var code: Int32 = 0
    let output = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      code = czlib_inflate(
        compressed, compressed.count, wrapping == .none ? 1 : 0, buffer.baseAddress, limit, &count)
    }
    switch code {
    case 0: return output
    case 1: throw .tooMany
    default: throw .damaged
    }
  }

  /// The most bytes that `count` compressed ones can stand for, by the format.
  public static func largestSize(of count: Int) -> Int {
    // A code of one bit can stand for 258 bytes, and two of them make such a run: 1032 to one.
    let (product, overflow) = count.multipliedReportingOverflow(by: 1032)
    return overflow ? .max : product
  }
}

/// Compressed bytes that cannot be undone.
public enum CompressionError: Error, CustomStringConvertible {
  /// They stand for more bytes than were expected.
  case tooMany
  /// They contradict the format, or end too early.
  case damaged

  /// The fault in a few words.
  public var description: String {
    switch self {
    case .tooMany: "compressed bytes are more than expected"
    case .damaged: "compressed bytes are damaged, or end too early"
    }
  }
}

/// The checksum of zip files: CRC-32 of IEEE 802.3.
public struct CRC32: Sendable {
  /// The checksum of what was added.
  public private(set) var value: UInt32 = 0

  /// The checksum of nothing.
  public init() {}

  /// Adds bytes.
  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    value = czlib_crc32(value, bytes.baseAddress, bytes.count)
  }
}
