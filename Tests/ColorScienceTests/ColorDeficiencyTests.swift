import ColorScience
import Testing

@Suite struct ColorDeficiencyTests {
  @Test(arguments: ColorDeficiency.allCases) func graysStayGray(_ vision: ColorDeficiency) {
    for level in [0.0, 0.2, 0.5, 1] {
      let seen = vision.seen(SRGB(red: level, green: level, blue: level))
      for component in [seen.red, seen.green, seen.blue] { #expect(abs(component - level) < 1e-4) }
    }
  }

  /// Pure red by the published matrices of severity 1, on linear light and encoded again.
  @Test func redIsSeenAsPublished() {
    let protan = ColorDeficiency.protanopia.seen(SRGB(red: 1.0, green: 0, blue: 0)).codes
    #expect(protan == (109, 95, 0))
    let deutan = ColorDeficiency.deuteranopia.seen(SRGB(red: 1.0, green: 0, blue: 0)).codes
    #expect(deutan == (163, 144, 0))
  }

  @Test(arguments: ColorDeficiency.allCases)
  func confusedColorsDifferOnlyForOthers(_ vision: ColorDeficiency) {
    let center = Lab(lightness: 64, a: 2, b: 22)
    let (redder, greener) = ColorDeficiency.confused(by: [vision], around: center, reach: 24)
    #expect(redder.a > center.a && greener.a < center.a)
    #expect(abs(redder.distance(to: greener) - 48) < 1e-9)
    #expect(vision.distance(redder, greener) < 6)
    // A quarter turn away nothing is hidden.
    let yellow = Lab(lightness: 64, a: 2, b: 46)
    let blue = Lab(lightness: 64, a: 2, b: -2)
    #expect(vision.distance(yellow, blue) > 30)
  }
}
