/// The CRC-32 of zlib, PNG and gzip, eight bytes at a step.
///
/// It guards each record against damage; 32 bits are plenty for that, and any zlib can check them.
/// Against intent, and for provenance, the whole content has a SHA-256.
///
/// - Source: Kounavis and Berry, "A systematic approach to building high performance
///   software-based CRC generators", 2005 (slicing by 8).
enum CRC32 {
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
      tables[byte] = value
    }
    for index in 256..<tables.count {
      let before = tables[index - 256]
      tables[index] = tables[Int(before & 255)] ^ before >> 8
    }
    return tables
  }()

  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    tables.withUnsafeBufferPointer { table in
      var crc = UInt32.max
      var position = 0
      while position + 8 <= bytes.count {
        let eight = UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let low = UInt32(truncatingIfNeeded: eight) ^ crc
        let high = UInt32(truncatingIfNeeded: eight >> 32)
        crc =
          table[Int(low & 255) + 1792] ^ table[Int(low >> 8 & 255) + 1536]
          ^ table[Int(low >> 16 & 255) + 1280] ^ table[Int(low >> 24) + 1024]
        crc ^=
          table[Int(high & 255) + 768] ^ table[Int(high >> 8 & 255) + 512]
          ^ table[Int(high >> 16 & 255) + 256] ^ table[Int(high >> 24)]
        position += 8
      }
      while position < bytes.count {
        crc = table[Int((crc ^ UInt32(bytes[position])) & 255)] ^ crc >> 8
        position += 1
      }
      return ~crc
    }
  }

  static func of(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { of($0) } }
}
