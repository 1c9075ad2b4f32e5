import Files
import Testing

@Suite struct DigestTests {
  /// FIPS 180-2, appendix B.1, and the digest of nothing.
  @Test func theStandardsExamplesComeOut() {
    #expect(
      Digest.hexadecimal("abc")
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Digest().hexadecimal == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(Digest.hexadecimal("abc").hasPrefix("ba") && Digest().bytes.prefix(2) == [0xE3, 0xB0])
  }

  @Test func piecesCountAsTheWhole() {
    var pieces = Digest()
    pieces.add("ä")
    pieces.add([0x62, 0x63] as [UInt8])
    #expect(pieces.hexadecimal == Digest.hexadecimal(Array("äbc".utf8)))
    pieces.add([1] as [UInt32])
    #expect(pieces.hexadecimal == Digest.hexadecimal(Array("äbc".utf8) + [1, 0, 0, 0]))
  }
}
