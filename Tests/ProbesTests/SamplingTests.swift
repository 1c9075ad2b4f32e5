import Probes
import Randomness
import Tensors
import Testing

@Suite struct SamplingTests {
  @Test func drawsAreNestedAndHoldWhatWasAskedFor() throws {
    let labels = (0..<100).map { Int8($0 % 5 == 0 ? 1 : $0 % 7 == 0 ? 0 : -1) }
    let key = RandomKey(seed: 2)
    var before: Set<Int> = []
    for k in [1, 2, 8, 16] {
      let rows = try #require(LowShot.draw(labels, positives: k, negatives: 3 * k, key: key))
      #expect(rows.count { labels[$0] == 1 } == k && rows.count { labels[$0] == -1 } == 3 * k)
      #expect(rows == rows.sorted() && before.isSubset(of: rows))
      before = Set(rows)
    }
    #expect(LowShot.draw(labels, positives: 21, negatives: 1, key: key) == nil)
    #expect(LowShot.draw(labels, positives: 1, negatives: 1000, key: key)!.count == 69)
    let other = LowShot.draw(labels, positives: 8, negatives: 24, key: key.folding(1))
    #expect(other != LowShot.draw(labels, positives: 8, negatives: 24, key: key))
  }

  @Test func gridsAreThoseOfThePaper() {
    func side(_ channels: Int, _ size: Int) -> Int {
      Pooling.grid(channels: channels, height: size, width: size, target: 9216).rows
    }
    #expect([side(96, 55), side(256, 27), side(384, 13), side(256, 13)] == [10, 6, 5, 6])
    #expect(side(256, 6) == 6 && side(4096, 1) == 1 && side(8, 12) == 12)
  }

  @Test func cellsAverageWhatTheyCover() {
    // Five columns in two cells share the middle one.
    let map = Tensor([0, 1, 2, 3, 4, 10, 11, 12, 13, 14], shape: [1, 1, 2, 5])
    #expect(Pooling.rows(of: map, rows: 1, columns: 2).values == [6, 8])
    #expect(Pooling.rows(of: map, rows: 2, columns: 5).values == map.floats)
    let two = Tensor((0..<8).map { Float($0) }, shape: [2, 2, 1, 2])
    let rows = Pooling.rows(of: two, rows: 1, columns: 1)
    #expect(rows.columns == 2 && rows.values == [0.5, 2.5, 4.5, 6.5])
    #expect(
      Pooling.rows(of: Tensor([1, 2], shape: [1, 2]), rows: 1, columns: 1).values == [1, 2])
  }
}
