import Randomness
import Testing

@Suite struct RandomKeyTests {
  /// Known answers of Random123 (kat_vectors, philox4x32-10).
  @Test func philoxGivesThePublishedBlocks() {
    let zero = Philox.block(counter: (0, 0, 0, 0), key: 0)
    #expect(zero == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = Philox.block(
      counter: (.max, .max, .max, .max), key: .max)
    #expect(ones == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let pi = Philox.block(
      counter: (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: 0x299f_31d0_a409_3822)
    #expect(pi == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func aKeyAlwaysGivesTheSameStreamAndChildrenDiffer() {
    var a = RandomKey(seed: 7).stream()
    var b = RandomKey(seed: 7).stream()
    let first = (0..<100).map { _ in a.next() }
    #expect(first == (0..<100).map { _ in b.next() })
    let children = Set(RandomKey(seed: 7).split(into: 1000).map(\.bits))
    #expect(children.count == 1000)
    #expect(RandomKey(seed: 7).folding("conv1") != RandomKey(seed: 7).folding("conv2"))
  }

  @Test func momentsAreThoseOfTheDistributions() {
    var stream = RandomKey(seed: 1).stream()
    let count = 200_000
    let normals = (0..<count).map { _ in stream.normal() }
    let mean = normals.reduce(0, +) / Double(count)
    let variance = normals.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(count)
    #expect(abs(mean) < 0.01 && abs(variance - 1) < 0.02)
    let uniforms = (0..<count).map { _ in stream.uniform() }
    #expect(abs(uniforms.reduce(0, +) / Double(count) - 0.5) < 0.005)
    #expect(uniforms.allSatisfy { (0..<1).contains($0) })
  }

  @Test func aPermutationHoldsEveryIndexOnce() {
    var stream = RandomKey(seed: 3).stream()
    #expect(stream.permutation(500).sorted() == Array(0..<500))
  }
}
