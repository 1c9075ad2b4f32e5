import ColorScience
import Testing

@Suite struct LumaTests {
  @Test func planesAreWeighedInSinglePrecision() {
    let rgb: [[Float]] = [[0, 1, 0.3], [0, 1, 0.6], [0, 1, 0.9]]
    let expected = rgb[0].indices.map {
      0.299 * rgb[0][$0] + 0.587 * rgb[1][$0] + 0.114 * rgb[2][$0]
    }
    #expect(Luma.plane(rgb: rgb) == expected && expected[2] > 0.5)
  }

  /// The numbers in Pillow's `L24` macro.
  @Test func wholeNumbersAreWeighedAsInPillow() {
    #expect(Luma.fixedPoint == (19595, 38470, 7471))
  }
}
