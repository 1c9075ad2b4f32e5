import ColorScience
import Colorization
import Randomness
import Testing

/// Colors from a reference picture (Welsh et al. 2002).
@Suite struct ReferenceTransferTests {
  /// Flat patches of different lightness and color: a target with the same steps of lightness gets
  /// each patch's color, though it is darker and flatter than the reference.
  @Test func likenessOfLightnessDecides() {
    let (side, patch) = (60, 15)
    func plane(_ values: [Float]) -> [Float] {
      (0..<side * side).map { values[$0 % side / patch] }
    }
    let reference = LabPlanes(
      lightness: plane([20, 40, 60, 80]), a: plane([-30, 10, 40, 0]), b: plane([5, -20, 30, 60]))
    let target = plane([30, 35, 40, 45])
    let map = ReferenceTransfer().chroma(
      target: target, width: side, height: side, reference: reference, referenceWidth: side,
      key: RandomKey(seed: 1))
    for row in 5..<side - 5 {
      for column in 0..<side where (4..<11).contains(column % patch) {
        let at = row * side + column
        #expect(map.a[at] == reference.a[at] && map.b[at] == reference.b[at])
      }
    }
  }

  /// Of two areas of one mean lightness, a rough and a flat one, a rough target takes the rough.
  @Test func likenessOfTextureDecides() {
    let side = 64
    let rough = (0..<side * side).map { Float(50 + ($0 % side + $0 / side) % 2 * 20 - 10) }
    // The left half is rough and red, the right half flat and blue.
    let isLeft = (0..<side * side).map { $0 % side < side / 2 }
    let reference = LabPlanes(
      lightness: isLeft.indices.map { isLeft[$0] ? rough[$0] : 50 },
      a: isLeft.map { $0 ? 50 : 0 }, b: isLeft.map { $0 ? 0 : -50 })
    let flat = reference.lightness
    let map = ReferenceTransfer().chroma(
      target: flat, width: side, height: side, reference: reference, referenceWidth: side,
      key: RandomKey(seed: 2))
    let middle = isLeft.indices.filter { abs($0 % side - side / 2) > 4 }
    let right = middle.count { (map.a[$0] == 50) == isLeft[$0] }
    #expect(Double(right) > 0.99 * Double(middle.count))
  }

  @Test func theSamplesAreKeyed() {
    let light = (0..<900).map { Float($0 % 97) }
    let planes = LabPlanes(
      lightness: light, a: light.map { 2 * $0 - 90 }, b: light.indices.map { Float($0 % 31) })
    func colors(_ seed: UInt64, _ samples: Int) -> ChromaMap {
      var transfer = ReferenceTransfer()
      transfer.samples = samples
      return transfer.chroma(
        target: light, width: 30, height: 30, reference: planes, referenceWidth: 30,
        key: RandomKey(seed: seed))
    }
    #expect(colors(1, 50) == colors(1, 50))
    #expect(colors(1, 50) != colors(2, 50))
    #expect(Set(zip(colors(1, 4).a, colors(1, 4).b).map { [$0, $1] }).count <= 4)
    // A flat reference has one color for all.
    let flat = LabPlanes(
      lightness: .init(repeating: 9, count: 16), a: .init(repeating: 7, count: 16),
      b: .init(repeating: 8, count: 16))
    let map = ReferenceTransfer().chroma(
      target: light, width: 30, height: 30, reference: flat, referenceWidth: 4,
      key: RandomKey(seed: 1))
    #expect(map.a.allSatisfy { $0 == 7 } && map.b.allSatisfy { $0 == 8 })
  }
}
