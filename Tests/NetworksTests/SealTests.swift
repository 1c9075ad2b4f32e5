import Networks
import Testing

@Suite struct SealTests {
  @Test func aSealedArchiveComesBackAndSaysSo() throws {
    let archive = TensorArchiveTests.small()
    let back = try TensorArchive(bytes: archive.serialized(seal: .sha256), source: "sealed")
    #expect(back.isSealed && !archive.isSealed)
    #expect(back.entries.count == 3)
    #expect(back.serialized(seal: .sha256) == archive.serialized(seal: .sha256))
  }

  @Test func everyFlippedBitAndEveryTruncationIsSeen() throws {
    let bytes = TensorArchiveTests.small().serialized(seal: .sha256)
    for bit in 0..<bytes.count * 8 {
      var copy = bytes
      copy[bit / 8] ^= 1 << UInt8(bit % 8)
      // A flip in the seal's own name leaves a valid archive without a seal: readers that need one
      // (checkpoints, feature archives) ask `isSealed`.
      let read = try? TensorArchive(bytes: copy, source: "flipped")
      #expect(read?.isSealed != true, "bit \(bit) went unseen")
    }
    for count in 0..<bytes.count {
      #expect(throws: ArchiveError.self) {
        try TensorArchive(bytes: Array(bytes.prefix(count)), source: "cut")
      }
    }
  }
}
