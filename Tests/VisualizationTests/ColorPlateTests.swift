import ColorScience
import Randomness
import Testing
import Visualization

@Suite struct ColorPlateTests {
  /// Mean colors of the number and of what is around it.
  func means(_ plate: ColorPlate) -> (figure: Lab, ground: Lab) {
    func mean(_ isFigure: Bool) -> Lab {
      let colors = plate.dots.filter { $0.isFigure == isFigure }.map {
        Lab(SRGB(red: $0.color.red, green: $0.color.green, blue: $0.color.blue))
      }
      func mean(_ value: (Lab) -> Double) -> Double {
        colors.map(value).reduce(0, +) / Double(colors.count)
      }
      return Lab(lightness: mean(\.lightness), a: mean(\.a), b: mean(\.b))
    }
    return (mean(true), mean(false))
  }

  @Test(arguments: ColorPlate.Kind.allCases) func whoReadsIt(_ kind: ColorPlate.Kind) {
    let plate = ColorPlate(58, kind, key: RandomKey(seed: 3))
    let (figure, ground) = means(plate)
    #expect(figure.distance(to: ground) > 30)
    for vision in ColorDeficiency.allCases {
      let isHidden =
        switch kind {
        case .anybody: false
        case .protanopia: vision == .protanopia
        case .deuteranopia: vision == .deuteranopia
        case .both: true
        }
      let apart = vision.distance(figure, ground)
      // Hidden is less than the jitter of the dots' lightness (16).
      if isHidden { #expect(apart < 10, "\(vision): \(apart)") }
      if kind == .anybody { #expect(apart > 30) }
    }
    // Lightness tells nothing to anybody else.
    if kind != .anybody { #expect(abs(figure.lightness - ground.lightness) < 2) }
  }

  @Test func dotsTouchNoOtherAndLieInTheCircle() {
    let dots = ColorPlate(10, .both, key: RandomKey(seed: 1)).dots
    #expect(dots.count > 700)
    #expect(dots.allSatisfy { $0.x * $0.x + $0.y * $0.y < 10_000 })
    for (place, one) in dots.enumerated() {
      for other in dots[..<place] {
        let (dx, dy) = (one.x - other.x, one.y - other.y)
        let apart = (dx * dx + dy * dy).squareRoot()
        #expect(apart > one.radius + other.radius)
      }
    }
  }

  @Test func theKeyDecidesTheDotsAndTheNumberTheFigure() {
    let key = RandomKey(seed: 1)
    #expect(ColorPlate(12, .both, key: key).svg == ColorPlate(12, .both, key: key).svg)
    #expect(ColorPlate(12, .both, key: key).svg != ColorPlate(12, .both, key: key.folding(1)).svg)
    // 1 has one bar, 8 seven: the share of dots follows.
    func share(_ number: Int) -> Double {
      let dots = ColorPlate(number, .both, key: key).dots
      return Double(dots.filter(\.isFigure).count) / Double(dots.count)
    }
    #expect(share(11) < 0.17 && share(88) > 0.28, "\(share(11)) \(share(88))")
  }
}
