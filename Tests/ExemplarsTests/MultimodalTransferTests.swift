import ColorScience
import Exemplars
import GraphCuts
import Randomness
import Testing

/// Colors by distributions and a graph cut (Charpiat et al. 2008).
@Suite struct MultimodalTransferTests {
  /// Two textures that are alike in all but direction: stripes across and down, with some noise.
  private func textured(_ side: Int, _ seed: UInt64, isAcross: (Int, Int) -> Bool) -> [Float] {
    var stream = RandomKey(seed: seed).stream()
    return (0..<side * side).map { pixel in
      let (x, y) = (pixel % side, pixel / side)
      let isLight = (isAcross(x, y) ? y : x) / 3 % 2 == 0
      return (isLight ? 65 : 35) + Float(2 * stream.normal())
    }
  }

  /// The left half striped across and red, the right half striped down and blue.
  private func reference(_ side: Int, noise: Float = 0) -> Exemplar {
    var stream = RandomKey(seed: 5).stream()
    let isLeft = (0..<side * side).map { $0 % side < side / 2 }
    return Exemplar(
      LabPlanes(
        lightness: textured(side, 6) { x, _ in x < side / 2 },
        a: isLeft.map { ($0 ? 50 : 5) + noise * Float(stream.normal()) },
        b: isLeft.map { ($0 ? 20 : -45) + noise * Float(stream.normal()) }), width: side)
  }

  /// A disk of stripes across gets their red, the stripes down all around it their blue.
  @Test func texturesGetTheirColors() throws {
    let side = 96
    func isInside(_ pixel: Int) -> Float {
      let (x, y) = (Float(pixel % side) - 47.5, Float(pixel / side) - 47.5)
      return (x * x + y * y).squareRoot() - 28
    }
    let target = textured(side, 7) { x, y in isInside(y * side + x) < 0 }
    let model = try MultimodalTransfer().learn(
      from: [reference(side, noise: 3)], key: RandomKey(seed: 1))
    let (a, b) = model.chroma(lightness: target, width: side)
    // Where windows of descriptors do not reach over both textures.
    let clear = target.indices.filter { abs(isInside($0)) > 6 }
    let right = clear.count {
      (a[$0] > 27) == (isInside($0) < 0) && (b[$0] > -12) == (isInside($0) < 0)
    }
    #expect(Double(right) > 0.97 * Double(clear.count))
  }

  /// Two references, each with one texture and its color, teach the same as one with both.
  @Test func severalReferencesTeachTogether() throws {
    let side = 64
    func flat(_ isAcross: Bool, _ a: Float, _ b: Float) -> Exemplar {
      Exemplar(
        LabPlanes(
          lightness: textured(side, isAcross ? 8 : 9) { _, _ in isAcross },
          a: .init(repeating: a, count: side * side), b: .init(repeating: b, count: side * side)),
        width: side)
    }
    let model = try MultimodalTransfer().learn(
      from: [flat(true, 50, 20), flat(false, 5, -45)], key: RandomKey(seed: 1))
    #expect(model.dictionary.means.count == 2)
    for (isAcross, want) in [(true, Float(50)), (false, 5)] {
      let (a, _) = model.chroma(
        lightness: textured(side, 10) { _, _ in isAcross }, width: side)
      #expect(a.allSatisfy { abs($0 - want) < 2 })
    }
  }

  /// Without a pairwise term each pixel takes its most probable cell's color.
  @Test func withoutSmoothnessTheMostProbableWins() throws {
    var transfer = MultimodalTransfer()
    transfer.smoothness = 0
    let model = try transfer.learn(from: [reference(48, noise: 8)], key: RandomKey(seed: 2))
    let target = textured(48, 11) { x, y in (x + y) % 40 < 20 }
    let (a, b) = model.chroma(lightness: target, width: 48)
    let labels = model.problem(lightness: target, width: 48).cheapest
    #expect(a == labels.map { model.dictionary.means[$0].x })
    #expect(b == labels.map { model.dictionary.means[$0].y })
    // A pairwise term costs probability and lowers the sum over pairs.
    transfer.smoothness = 1
    let smooth = try transfer.learn(from: [reference(48, noise: 8)], key: RandomKey(seed: 2))
    let problem = smooth.problem(lightness: target, width: 48)
    let found = AlphaExpansion().lowest(problem)
    #expect(found.isSettled && found.cost < problem.cost(of: labels))
  }

  @Test func resultsAreKeyed() throws {
    var transfer = MultimodalTransfer()
    (transfer.examples, transfer.cells) = (300, 20)
    let target = textured(40, 12) { x, _ in x < 20 }
    func colors(_ seed: UInt64) throws -> [[Float]] {
      let model = try transfer.learn(from: [reference(64, noise: 6)], key: RandomKey(seed: seed))
      let (a, b) = model.chroma(lightness: target, width: 40)
      return [a, b]
    }
    #expect(try colors(1) == colors(1))
    #expect(try colors(1) != colors(2))
  }

  @Test func oddReferencesAreTaken() throws {
    #expect(throws: ExemplarError.noReference) {
      try MultimodalTransfer().learn(from: [], key: RandomKey(seed: 1))
    }
    // A flat picture has one color and no components; one pixel is a picture.
    for side in [1, 9] {
      let flat = Exemplar(
        LabPlanes(
          lightness: .init(repeating: 50, count: side * side),
          a: .init(repeating: 7, count: side * side), b: .init(repeating: 8, count: side * side)),
        width: side)
      let model = try MultimodalTransfer().learn(from: [flat], key: RandomKey(seed: 1))
      let (a, b) = model.chroma(lightness: [10, 90, 50, 20, 0, 100], width: 3)
      #expect(a.allSatisfy { abs($0 - 7) < 1e-3 } && b.allSatisfy { abs($0 - 8) < 1e-3 })
    }
  }
}
