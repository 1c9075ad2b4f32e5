import Compression
import Testing

/// Compressed bytes and checksums, beside those that Python's zlib makes.
@Suite struct InflateTests {
  /// b"pigment" * 40 by Python's zlib.compressobj(9, zlib.DEFLATED, -15).
  static let raw: [UInt8] = [
    0x2B, 0xC8, 0x4C, 0xCF, 0x4D, 0xCD, 0x2B, 0x29, 0x18, 0xA5, 0x50, 0x29, 0x00,
  ]

  @Test func theChecksumIsThatOfZipFiles() {
    var checksum = CRC32()
    Array("1234".utf8).withUnsafeBytes { checksum.add($0) }
    checksum.add(UnsafeRawBufferPointer(start: nil, count: 0))
    Array("56789".utf8).withUnsafeBytes { checksum.add($0) }
    // The check value of the algorithm's catalog.
    #expect(checksum.value == 0xCBF4_3926)
  }

  @Test func bytesComeBackAndNeverMore() throws {
    let text = Array(String(repeating: "pigment", count: 40).utf8)
    #expect(try Inflate.bytes(of: Self.raw, .none, limit: text.count) == text)
    #expect(try Inflate.bytes(of: Self.raw, .none, limit: 1000) == text)
    #expect(throws: CompressionError.tooMany) {
      try Inflate.bytes(of: Self.raw, .none, limit: text.count - 1)
    }
    #expect(throws: CompressionError.tooMany) { try Inflate.bytes(of: Self.raw, .none, limit: 0) }
  }

  @Test func whatIsCutOffOrNotCompressedIsDamaged() {
    for count in 0..<Self.raw.count {
      #expect(throws: CompressionError.damaged) {
        try Inflate.bytes(of: Array(Self.raw.prefix(count)), .none, limit: 1000)
      }
    }
    #expect(throws: CompressionError.damaged) {
      try Inflate.bytes(of: Self.raw, .zlib, limit: 1000)
    }
  }

  @Test func noBytesStandForMoreThanTheFormatAllows() {
    #expect(Inflate.largestSize(of: 10) == 10320)
    #expect(Inflate.largestSize(of: .max) == .max)
  }
}
