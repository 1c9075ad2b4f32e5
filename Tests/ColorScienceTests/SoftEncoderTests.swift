import ColorScience
import Testing

/// Tolerances of the reference set for Float: weights 2e-5 of their size + 1e-7; decoded means
/// 2e-4.
struct SoftEncoderTests {
  let golden: Golden
  let bins = ColorBins.standard
  init() throws { golden = try Golden.load("soft_encode") }

  @Test(arguments: [5, 10])
  func theCodesAreThoseOfScikitLearn(neighbors: Int) throws {
    let encoder = SoftEncoder(neighbors: neighbors)
    let ab = try golden("ab").map { Float($0) }
    var indices: [Double] = []
    var weights: [Double] = []
    var means: [Double] = []
    for at in stride(from: 0, to: ab.count, by: 2) {
      let code = encoder.encode(a: ab[at], b: ab[at + 1])
      indices += code.indices.map { Double($0) }
      weights += code.weights.map { Double($0) }
      for plane in [bins.a, bins.b] {
        means.append(
          zip(code.indices, code.weights).reduce(0) { $0 + Double(plane[Int($1.0)] * $1.1) })
      }
    }
    #expect(ab.count == 480)
    #expect(try sorted(indices, neighbors) == sorted(golden("bin_\(neighbors)"), neighbors))
    #expect(try excess(weights, over: golden("weight_\(neighbors)"), relative: 2e-5) < 1e-7)
    #expect(try excess(means, over: golden("decoded_mean_\(neighbors)nn")) < 2e-4)
  }

  @Test func aGrayPixelHasTheKnownWeights() throws {
    for neighbors in [5, 10] {
      let code = SoftEncoder(neighbors: neighbors).encode(a: 0, b: 0)
      #expect(code.indices[0] == 120)
      #expect(Set(code.indices[1...4]) == [102, 119, 121, 139])
      let expected = try golden("gray_weight_\(neighbors)")
      #expect(excess(code.weights.map { Double($0) }, over: expected, relative: 2e-5) < 1e-7)
    }
  }

  @Test func aPointFarOutsideDoesNotUnderflow() throws {
    let ab = try golden("far_ab").map { Float($0) }
    let codes = (0..<3).map { SoftEncoder(neighbors: 5).encode(a: ab[2 * $0], b: ab[2 * $0 + 1]) }
    let weights = codes.flatMap { $0.weights.map { Double($0) } }
    let indices = codes.flatMap { $0.indices.map { Double($0) } }
    #expect(try sorted(indices, 5) == sorted(golden("far_bin"), 5))
    #expect(try excess(weights, over: golden("far_weight"), relative: 2e-5) < 1e-7)
  }

  /// Science.md of the project: 0.6192, 4 x 0.0838 on a bin; 4 x 0.2433 at the corner of a cell.
  @Test func theWorkedValuesComeOut() {
    let encoder = SoftEncoder()
    let center = encoder.encode(a: 0, b: 0)
    #expect(abs(center.weights[0] - 0.6192) < 5e-5 && abs(center.weights[4] - 0.0838) < 5e-5)
    let corner = encoder.encode(a: 5, b: 5)
    #expect(corner.weights[..<4].allSatisfy { abs($0 - 0.2433) < 5e-5 })
    #expect(corner.weights[4...].allSatisfy { abs($0 - 0.0045) < 5e-5 })
  }

  @Test(arguments: [1, 5, 10, 313])
  func theTableMissesNoNeighbor(neighbors: Int) {
    let encoder = SoftEncoder(neighbors: neighbors)
    let table = ColorBinsTests()
    for a in stride(from: Float(-140), to: 140, by: neighbors == 313 ? 47.3 : 5.3) {
      for b in stride(from: Float(-140), to: 140, by: neighbors == 313 ? 41.7 : 6.1) {
        let found = encoder.encode(a: a, b: b).indices.map { Int($0) }
        #expect(found == Array(table.order(a, b)[..<neighbors]), "at (\(a), \(b))")
      }
    }
  }

  @Test func planesAndPixelsGiveTheSameCodes() {
    let encoder = SoftEncoder()
    let a: [Float] = [0, 33.3, -71, 250]
    let b: [Float] = [0, -48, 12.5, -20]
    var indices = [Int32](repeating: -1, count: 40)
    var weights = [Float](repeating: -1, count: 40)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        indices.withUnsafeMutableBufferPointer { i in
          weights.withUnsafeMutableBufferPointer { w in
            encoder.encode(a: a, b: b, into: i, weights: w)
          }
        }
      }
    }
    for pixel in 0..<4 {
      let code = encoder.encode(a: a[pixel], b: b[pixel])
      #expect(Array(indices[(10 * pixel)..<(10 * pixel + 10)]) == code.indices)
      #expect(Array(weights[(10 * pixel)..<(10 * pixel + 10)]) == code.weights)
    }
  }

  @Test func theEntropyIsThatOfTheWeights() {
    #expect(abs(SoftCode(indices: [1, 2], weights: [0.5, 0.5]).entropy - 0.693_147) < 1e-6)
    #expect(SoftCode(indices: [1, 2], weights: [1, 0]).entropy == 0)
    #expect(SoftEncoder(neighbors: 1).encode(a: 3, b: 4).entropy == 0)
  }

  /// Bins of each code in order of index, since equals may stand in either order.
  private func sorted(_ indices: [Double], _ neighbors: Int) -> [Double] {
    stride(from: 0, to: indices.count, by: neighbors).flatMap {
      indices[$0..<($0 + neighbors)].sorted()
    }
  }

  /// The planes of training are the same codes, turned, and their entropies.
  @Test func planesPerNeighborAreTheSameCodes() {
    let encoder = SoftEncoder()
    let a = (0..<21).map { Float($0) * 9.7 - 95 }
    let b = (0..<21).map { Float($0 * $0 % 19) * 8.3 - 80 }
    var indices = [Int32](repeating: -1, count: 210)
    var weights = [Float](repeating: -1, count: 210)
    let entropy = a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        indices.withUnsafeMutableBufferPointer { indices in
          weights.withUnsafeMutableBufferPointer {
            encoder.encodePlanes(a: a, b: b, into: indices, weights: $0)
          }
        }
      }
    }
    var expected = 0.0
    for pixel in 0..<21 {
      let code = encoder.encode(a: a[pixel], b: b[pixel])
      expected += code.entropy
      #expect((0..<10).map { indices[$0 * 21 + pixel] } == code.indices)
      #expect((0..<10).map { weights[$0 * 21 + pixel] } == code.weights)
    }
    #expect(abs(entropy - expected) < 1e-4 && expected > 10)
  }
}
