import Exemplars
import Randomness
import Testing

@Suite struct SceneDescriptorTests {
  /// A horizon at `row`, stripes across below it, brighter above.
  private func scene(_ row: Int, contrast: Float, seed: UInt64) -> [Float] {
    var stream = RandomKey(seed: seed).stream()
    return (0..<64 * 64).map { at in
      let y = at / 64
      let plain: Float = y < row ? 20 : (y / 4 % 2 == 0 ? 10 : -10)
      return 50 + contrast * plain + Float(stream.normal())
    }
  }

  @Test func theSameSceneIsNearestWhateverItsContrast() {
    let rows = [8, 24, 40, 56]
    let known = rows.map { SceneDescriptor(lightness: scene($0, contrast: 1, seed: 1), width: 64) }
    for (place, row) in rows.enumerated() {
      let same = SceneDescriptor(lightness: scene(row, contrast: 0.6, seed: 2), width: 64)
      #expect(same.nearest(in: known) == place)
      // Where it may not be taken, a horizon beside it is.
      let other = same.nearest(in: known) { $0 != place }
      #expect(other == place - 1 || other == place + 1)
      #expect(same.nearest(in: known) { _ in false } == nil)
    }
  }

  @Test func stripesAcrossAreNotStripesDown() {
    func stripes(isAcross: Bool) -> SceneDescriptor {
      .init(
        lightness: (0..<64 * 64).map { (isAcross ? $0 / 64 : $0 % 64) / 3 % 2 == 0 ? 40 : 60 },
        width: 64)
    }
    #expect(stripes(isAcross: true).nearest(in: [false, true].map(stripes)) == 1)
  }

  @Test func oddPicturesAreTaken() {
    for (width, height) in [(1, 1), (2, 9), (64, 1)] {
      let flat = SceneDescriptor(
        lightness: .init(repeating: 30, count: width * height), width: width)
      #expect(flat.nearest(in: [flat]) == 0)
    }
  }
}
