import ColorScience
import Foundation
import TestSupport
import Testing

/// Tolerances of the reference set: Float 1e-5 of the size + 1e-9, Double 1e-12 + 1e-14.
struct ColorPriorTests {
  let golden: Golden
  let bins = ColorBins.standard
  init() throws { golden = try Golden.load("prior") }

  /// Soft codes over all bins, of pixels that lie on bins, are the reference's mass-preserving
  /// kernel.
  @Test func softCodesOfAHistogramGiveTheMassPreservingSmoothing() throws {
    let encoder = SoftEncoder(neighbors: bins.count)
    var prior = ColorPrior()
    for (bin, count) in try golden("histogram").enumerated() {
      prior.add(encoder.encode(a: bins.a[bin], b: bins.b[bin]), count: count)
    }
    #expect(try excess(prior.probabilities, over: golden("smooth"), relative: 1e-5) < 1e-9)
    #expect(try prior.pixels == golden("histogram").reduce(0, +))
  }

  @Test(arguments: ["0.1", "0.5", "0.9", "1.0"])
  func theWeightsAreThoseOfTheReference(lambda: String) throws {
    let weights = Rebalancing.weights(prior: try golden("smooth"), lambda: Double(lambda)!)
    #expect(try excess(weights, over: golden("weights_\(lambda)"), relative: 1e-12) < 1e-14)
  }

  @Test func anUnseenBinGetsAFiniteWeight() throws {
    let p = try golden("p")
    #expect(p.contains(0))
    let weights = Rebalancing.weights(prior: p)
    #expect(try excess(weights, over: golden("weights_raw_0.5"), relative: 1e-12) < 1e-14)
    let balanced = Rebalancing.weights(prior: p, lambda: 0)
    #expect(balanced.allSatisfy { $0.isFinite })
    #expect(zip(p, balanced).allSatisfy { ($0 == 0) == ($1 == 0) })
    #expect(abs(zip(p, balanced).reduce(0) { $0 + $1.0 * $1.1 } - 1) < 1e-12)
    #expect(Rebalancing.weights(prior: p, lambda: 1).allSatisfy { abs($0 - 1) < 1e-12 })
  }

  @Test func countingInPartsAndMergingIsCountingAtOnce() {
    let encoder = SoftEncoder()
    let a: [Float] = [0, 40, -30, 10]
    let b: [Float] = [0, 20, 33, -8]
    var whole = ColorPrior()
    whole.add(a: a, b: b, encodedBy: encoder)
    var first = ColorPrior()
    first.add(a: Array(a[..<2]), b: Array(b[..<2]), encodedBy: encoder)
    var second = ColorPrior()
    for at in 2..<4 { second.add(encoder.encode(a: a[at], b: b[at])) }
    first.merge(second)
    #expect(first.pixels == 4)
    #expect(excess(first.mass, over: whole.mass) < 1e-12)
    #expect(abs(whole.probabilities.reduce(0, +) - 1) < 1e-12)

    var buffered = ColorPrior()
    var indices: [Int32] = []
    var weights: [Float] = []
    for (a, b) in zip(a, b) {
      indices += encoder.encode(a: a, b: b).indices
      weights += encoder.encode(a: a, b: b).weights
    }
    indices.withUnsafeBufferPointer { i in
      weights.withUnsafeBufferPointer { buffered.add(indices: i, weights: $0, pixels: 4) }
    }
    #expect(buffered == whole)
  }

  @Test func thePriorIsStoredAndReadStrictly() throws {
    var prior = ColorPrior(binCount: 3)
    prior.add(SoftCode(indices: [2, 0], weights: [0.75, 0.25]))
    let stored = try JSONEncoder().encode(prior)
    #expect(try JSONDecoder().decode(ColorPrior.self, from: stored) == prior)
    #expect(abs(prior.entropy - 0.562_335) < 1e-6)
    for bad in [#"{"mass":[],"pixels":0}"#, #"{"mass":[-1],"pixels":1}"#, #"{"mass":[1]}"#] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(ColorPrior.self, from: Data(bad.utf8))
      }
    }
  }

  /// The released ImageNet prior gives the weights that its authors' code computes from it.
  @Test(.enabled(if: SharedData.isPresent, "needs the reference data beside the checkout"))
  func theReleasedPriorGivesItsKnownWeights() throws {
    let path = SharedData.path("golden/colour/prior_probs.csv")
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let prior = lines.compactMap { Double($0.split(separator: ",").last ?? "") }
    try #require(prior.count == 313)
    let weights = Rebalancing.weights(prior: prior)
    func weight(_ a: Float, _ b: Float) -> Double { weights[bins.nearest(a: a, b: b)] }
    #expect(abs(weight(0, 0) - 0.0965) < 5e-5)
    #expect(abs(weight(0, 10) - 0.1769) < 5e-5)
    #expect(abs(weight(-10, 10) - 0.4866) < 5e-5)
    #expect(abs(weight(50, 50) - 4.764) < 5e-4)
    #expect(abs(weight(100, -90) - 6.1749) < 5e-5)
    #expect(weights.max() == weight(100, -90) && weights.min() == weight(0, 0))
    #expect(abs(weights.reduce(0, +) / 313 - 5.175) < 5e-4)
    #expect(abs(weights.sorted()[156] - 5.999) < 5e-4)
    #expect(abs(weights.max()! / weights.min()! - 64) < 0.05)
    let light = weights.indices.filter { weights[$0] < 1 }
    #expect(light.count == 14 && abs(light.reduce(0) { $0 + prior[$1] } - 0.73) < 5e-3)
    #expect(weights.count { $0 > 6 } == 156)
    // The weights of the class-balanced AuC.
    let balanced = Rebalancing.weights(prior: prior, lambda: 0)
    #expect(abs(balanced.max()! - 526_215) < 0.5)
    #expect(Rebalancing.weights(prior: prior, lambda: 1).allSatisfy { abs($0 - 1) < 1e-12 })
  }

  /// A prior of known probabilities, counted as fractions of pixels, says what is known of it.
  @Test(.enabled(if: SharedData.isPresent, "needs the reference data beside the checkout"))
  func theReleasedPriorHasItsKnownShape() throws {
    let path = SharedData.path("golden/colour/prior_probs.csv")
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let released = lines.compactMap { Double($0.split(separator: ",").last ?? "") }
    var prior = ColorPrior()
    for (bin, share) in released.enumerated() {
      prior.add(SoftCode(indices: [Int32(bin)], weights: [1]), count: share)
    }
    #expect(zip(prior.probabilities, released).allSatisfy { abs($0 - $1) < 1e-15 })
    #expect(abs(prior.entropy - 3.437) < 5e-4)
    #expect(abs(exp(prior.entropy) - 31.1) < 0.05)
    let means = zip(prior.probabilities, zip(bins.a, bins.b)).reduce((0.0, 0.0)) {
      ($0.0 + $1.0 * Double($1.1.0), $0.1 + $1.0 * Double($1.1.1))
    }
    #expect(abs(means.0 - 1.55) < 5e-3 && abs(means.1 - 8.30) < 5e-3)
  }

  @Test func picturesWithoutColorAreTold() throws {
    let ab = try golden("mask_ab").map { Float($0) }
    let found = (0..<3).map { image in
      ColorPresence.hasColor(
        a: Array(ab[(32 * image)..<(32 * image + 16)]),
        b: Array(ab[(32 * image + 16)..<(32 * image + 32)]))
    }
    #expect(try found.map { $0 ? 1.0 : 0.0 } == golden("mask"))
    #expect(found == [false, true, false])
  }
}
