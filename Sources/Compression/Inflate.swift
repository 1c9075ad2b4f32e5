internal import CZlib

/// Undoes the compression of zlib, never into more bytes than expected.
enum Inflate {
  /// The bytes that were compressed; more than `limit`, and a checksum that differs, are damage.
  static func zlib(_ bytes: [UInt8], limit: Int) throws(Fault) -> [UInt8] {
    var code: Int32 = 0
    let output = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      code = czlib_inflate(bytes, bytes.count, buffer.baseAddress!, limit, &count)
    }
    switch code {
    case 0: return output
    case 1: throw .damaged("compressed bytes are more than expected")
    default: throw .damaged("compressed bytes are damaged, or end too early")
    }
  }
}
