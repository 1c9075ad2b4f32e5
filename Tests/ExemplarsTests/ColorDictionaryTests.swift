import ColorScience
import Exemplars
import Randomness
import Testing

/// Colors split by occurrence.
@Suite struct ColorDictionaryTests {
  private func colors(_ count: Int, _ seed: UInt64) -> [SIMD2<Float>] {
    var stream = RandomKey(seed: seed).stream()
    return (0..<count).map { _ in
      SIMD2(Float(10 * stream.normal()), Float(25 * stream.normal() + 10))
    }
  }

  @Test func theSameColorsGiveTheSameCells() {
    let some = colors(5000, 1)
    let dictionary = ColorDictionary(some, bins: 73)
    #expect(dictionary == ColorDictionary(some, bins: 73))
    #expect(dictionary != ColorDictionary(colors(5000, 2), bins: 73))
    #expect(dictionary.means.count == 73 && dictionary.deviations.allSatisfy { $0 >= 1 })
    #expect(abs(dictionary.shares.reduce(0, +) - 1) < 1e-5)
  }

  /// Each color is in the cell of the nearest mean, and 73 cells leave a small part of the spread.
  @Test func cellsAreSmallWhereColorsAre() {
    let some = colors(4000, 3)
    let dictionary = ColorDictionary(some, bins: 73)
    var (within, whole) = (Float(0), Float(0))
    let center = some.reduce(.zero, +) / Float(some.count)
    for color in some {
      func far(_ mean: SIMD2<Float>) -> Float { ((color - mean) * (color - mean)).sum() }
      let cell = dictionary.cell(of: color)
      #expect(dictionary.means.allSatisfy { far($0) >= far(dictionary.means[cell]) })
      within += far(dictionary.means[cell])
      whole += far(center)
    }
    // k cells of a plane leave about a k-th of the squared deviations.
    #expect(within < whole * 2 / 73)
    // Frequent cells do not hold more than a few times their share.
    #expect(dictionary.shares.max()! < 6.0 / 73)
  }

  @Test func fewColorsGiveFewCells() {
    let two = (0..<100).map { SIMD2<Float>($0 % 4 == 0 ? 50 : -50, 7) }
    let dictionary = ColorDictionary(two, bins: 73)
    #expect(Set(dictionary.means) == [SIMD2(50, 7), SIMD2(-50, 7)])
    #expect(dictionary.shares.sorted() == [0.25, 0.75])
    #expect(ColorDictionary([SIMD2(1, 2)], bins: 9).means == [SIMD2(1, 2)])
    #expect(ColorDictionary(two, bins: 1).means.count == 1)
  }
}
