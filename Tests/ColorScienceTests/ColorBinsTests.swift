import ColorScience
import Testing

struct ColorBinsTests {
  let bins = ColorBins.standard

  @Test func theRuleGivesTheReleasedBinsInTheirOrder() throws {
    let expected = try Golden.load("soft_encode")("bins")
    #expect(bins.count == 313)
    #expect(zip(bins.a, bins.b).flatMap { [Double($0), Double($1)] } == expected)
  }

  /// Facts of the released file, from no program of ours.
  @Test func theBinsHaveTheKnownSumsAndPlaces() {
    #expect(bins.a.reduce(0, +) == 4910)
    #expect(bins.b.reduce(0, +) == 2090)
    #expect(zip(bins.a, bins.b).reduce(0) { $0 + $1.0 * $1.0 + $1.1 * $1.1 } == 1_877_800)
    #expect(bins.a[120] == 0 && bins.b[120] == 0)
    #expect(bins.a[156] == 20 && bins.b[156] == -10)
  }

  @Test func everyBinIsNearestToItself() {
    for bin in 0..<bins.count {
      #expect(bins.nearest(a: bins.a[bin], b: bins.b[bin]) == bin)
    }
  }

  @Test func theNearestBinIsFoundEverywhere() {
    for a in stride(from: Float(-170), to: 170, by: 3.7) {
      for b in stride(from: Float(-170), to: 170, by: 4.3) {
        #expect(bins.nearest(a: a, b: b) == order(a, b)[0], "at (\(a), \(b))")
      }
    }
    // A tie goes to the lower index.
    #expect(bins.nearest(a: 0, b: 5) == 120)
    #expect(bins.nearest(a: -5, b: 0) == order(-10, 0)[0])
  }

  @Test func aFinerGridHasMoreBins() {
    let fine = ColorBins(step: 5)
    #expect(fine.count > 1000)
    #expect(fine.nearest(a: 5.1, b: -5.2) != fine.nearest(a: 9.9, b: -9.9))
    #expect(fine.a[fine.nearest(a: 5.1, b: -5.2)] == 5)
  }

  /// All bins, nearest first, the lower index first among equals.
  func order(_ a: Float, _ b: Float) -> [Int] {
    let distances = zip(bins.a, bins.b).map { ($0 - a) * ($0 - a) + ($1 - b) * ($1 - b) }
    return distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
  }
}
