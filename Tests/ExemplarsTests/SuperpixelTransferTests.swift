import ColorScience
import Exemplars
import Randomness
import Testing

/// Colors region by region (Gupta et al. 2012).
@Suite struct SuperpixelTransferTests {
  /// Stripes across where `isAcross` says so, and down elsewhere, with some noise.
  private func textured(_ side: Int, _ seed: UInt64, isAcross: (Int, Int) -> Bool) -> [Float] {
    var stream = RandomKey(seed: seed).stream()
    return (0..<side * side).map { pixel in
      let (x, y) = (pixel % side, pixel / side)
      let isLight = (isAcross(x, y) ? y : x) / 3 % 2 == 0
      return (isLight ? 60 : 40) + Float(2 * stream.normal())
    }
  }

  /// The left half striped across and red, the right half striped down and blue.
  private func reference(_ side: Int) -> Exemplar {
    Exemplar(
      LabPlanes(
        lightness: textured(side, 6) { x, _ in x < side / 2 },
        a: (0..<side * side).map { $0 % side < side / 2 ? 50 : 5 },
        b: (0..<side * side).map { $0 % side < side / 2 ? 20 : -45 }), width: side)
  }

  @Test func texturesGetTheirColors() throws {
    let side = 96
    func isInside(_ pixel: Int) -> Float {
      let (x, y) = (Float(pixel % side) - 47.5, Float(pixel / side) - 47.5)
      return (x * x + y * y).squareRoot() - 28
    }
    let target = textured(side, 7) { x, y in isInside(y * side + x) < 0 }
    let (a, b) = try SuperpixelTransfer().learn(from: [reference(side)])
      .chroma(lightness: target, width: side)
    let clear = target.indices.filter { abs(isInside($0)) > 10 }
    let right = clear.count {
      (a[$0] > 27) == (isInside($0) < 0) && (b[$0] > -12) == (isInside($0) < 0)
    }
    #expect(Double(right) > 0.95 * Double(clear.count), "\(right) of \(clear.count)")
  }

  /// Flat areas of different lightness take the colors of such areas, up to their border.
  @Test func brightnessDecidesWhereThereIsNoTexture() throws {
    let (width, height) = (60, 40)
    func planes(_ border: Int) -> LabPlanes {
      let isLeft = (0..<width * height).map { $0 % width < border }
      return LabPlanes(
        lightness: isLeft.map { $0 ? 30 : 70 }, a: isLeft.map { $0 ? 40 : -40 },
        b: isLeft.map { $0 ? -20 : 20 })
    }
    let model = try SuperpixelTransfer().learn(from: [Exemplar(planes(30), width: width)])
    let truth = planes(17)
    let (a, b) = model.chroma(lightness: truth.lightness, width: width)
    let worst = a.indices.map { max(abs(a[$0] - truth.a[$0]), abs(b[$0] - truth.b[$0])) }.max()!
    #expect(worst < 1)
  }

  /// Two references, each with one texture and its color, teach the same as one with both.
  @Test func severalReferencesTeachTogether() throws {
    let side = 48
    func flat(_ isAcross: Bool, _ a: Float, _ b: Float) -> Exemplar {
      Exemplar(
        LabPlanes(
          lightness: textured(side, isAcross ? 8 : 9) { _, _ in isAcross },
          a: .init(repeating: a, count: side * side), b: .init(repeating: b, count: side * side)),
        width: side)
    }
    let model = try SuperpixelTransfer().learn(from: [flat(true, 50, 20), flat(false, 5, -45)])
    for (isAcross, want) in [(true, Float(50)), (false, 5)] {
      let (a, _) = model.chroma(lightness: textured(side, 10) { _, _ in isAcross }, width: side)
      #expect(a.allSatisfy { abs($0 - want) < 2 })
    }
  }

  @Test func oddPicturesAreTaken() throws {
    #expect(throws: ExemplarError.noReference) { try SuperpixelTransfer().learn(from: []) }
    let pixel = Exemplar(LabPlanes(lightness: [50], a: [7], b: [-3]), width: 1)
    let model = try SuperpixelTransfer().learn(from: [pixel])
    for (width, height) in [(1, 1), (1, 30), (30, 1), (33, 7)] {
      var stream = RandomKey(seed: 3).stream()
      let lightness = (0..<width * height).map { _ in Float(100 * stream.uniform()) }
      let (a, b) = model.chroma(lightness: lightness, width: width)
      #expect(a.count == width * height)
      #expect(a.allSatisfy { abs($0 - 7) < 1e-3 } && b.allSatisfy { abs($0 + 3) < 1e-3 })
    }
  }
}
