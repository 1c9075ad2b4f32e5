import ColorScience
import Colorization
import Images
import Inputs
import Networks
import Randomness
import Tensors
import Testing

/// What is asked of a network, for every pair of channels.
@Suite struct ColorTargetsTests {
  static let crop: Picture = {
    var stream = RandomKey(seed: 1).stream()
    let samples = (0..<24 * 24 * 3).map { _ in UInt8(stream.uniform() * 255) }
    return Picture(width: 24, height: 24, channels: 3, samples: samples)
  }()

  @Test(arguments: ChannelPair.allCases)
  func aCodeHoldsTheNearestBinsWithTheirGaussianWeights(_ pair: ChannelPair) {
    let code = TargetCode(of: pair, neighbors: 7, sigma: 4)
    let target = pair.planes(of: Self.crop).target
    let (bins, shares) = code.encode(target)
    let unit: Float = pair == .grayToRGB ? 100 : 1
    for position in stride(from: 0, to: 576, by: 37) {
      let distances = (0..<code.count).map { bin in
        target.indices.reduce(Float(0)) {
          let d = (target[$1][position] - code.centers[$1][bin]) * unit
          return $0 + d * d
        }
      }
      let nearest = distances.indices.sorted {
        distances[$0] == distances[$1] ? $0 < $1 : distances[$0] < distances[$1]
      }.prefix(7)
      let found = bins[position * 7..<(position + 1) * 7]
      let farthest = distances[nearest.last!]
      // At the cut two bins may be equally far but for rounding.
      #expect(found.allSatisfy { distances[Int($0)] <= farthest * 1.0001 + 1e-3 })
      #expect(Set(found).count == 7 && Int(found.first!) == nearest.first!)
      let mine = shares[position * 7..<(position + 1) * 7]
      #expect(abs(mine.reduce(0, +) - 1) < 1e-5)
      let (first, second) = (mine.first!, mine[mine.startIndex + 1])
      let d = distances[Int(found[found.startIndex + 1])] - distances[Int(found.first!)]
      #expect(abs(second / first - Float(exponential(-Double(d) / 32))) < 2e-3)
    }
  }

  private func exponential(_ x: Double) -> Double {
    // Enough for a test: e^x by squaring.
    var y = 1 + x / 1_048_576
    for _ in 0..<20 { y *= y }
    return y
  }

  @Test func theBinsAreThoseOfThePaper() {
    #expect(TargetCode(of: .lightnessToAB, neighbors: 10, sigma: 5).count == 313)
    #expect(TargetCode(of: .abToLightness, neighbors: 10, sigma: 5).count == 100)
    #expect(TargetCode(of: .grayToRGB, neighbors: 10, sigma: 5).count == 216)
  }

  @Test(arguments: ChannelPair.allCases)
  func aSharpCodeDecodesToItsBin(_ pair: ChannelPair) {
    let code = TargetCode(of: pair, neighbors: 1, sigma: 5)
    for bin in stride(from: 0, to: code.count, by: 11) {
      var logits = [Float](repeating: 0, count: code.count * 2)
      logits[bin * 2 + 1] = 50
      let planes = code.decode(logits, positions: 2, temperature: 0.5)
      for (channel, plane) in planes.enumerated() {
        #expect(abs(plane[1] - code.centers[channel][bin]) < 1e-3)
        // No logit stands out in the first position: the mean of all centers.
        let mean = code.centers[channel].reduce(0, +) / Float(code.count)
        #expect(abs(plane[0] - mean) < 1e-2)
      }
    }
  }

  @Test(arguments: ChannelPair.allCases)
  func inputAndTargetMakeThePictureAgain(_ pair: ChannelPair) {
    let planes = pair.planes(of: Self.crop)
    #expect(planes.input.count == pair.input.count && planes.target.count == pair.target.count)
    let again = pair.picture(input: planes.input, target: planes.target, width: 24, height: 24)
    let worst = zip(again.samples, Self.crop.samples).map { abs(Int($0) - Int($1)) }.max()!
    #expect(worst <= 1)
    #expect(pair.inputPicture(planes.input, width: 24, height: 24).samples != again.samples)
  }

  @Test(arguments: ChannelPair.allCases)
  func targetsArePointSampledAtTheStride(_ pair: ChannelPair) {
    let code = TargetCode(of: pair, neighbors: 3, sigma: 5)
    let weights = (0..<code.count).map { Float($0 + 1) }
    let targets = ColorTargets(pair: pair, code: code, binWeights: weights, stride: 5)
    let example = targets.example(of: Self.crop)
    #expect(example.rows == 5 && example.columns == 5)
    let planes = pair.planes(of: Self.crop)
    for (row, column) in [(0, 0), (1, 3), (4, 4)] {
      for channel in planes.target.indices {
        #expect(
          example.target[channel][row * 5 + column]
            == planes.target[channel][row * 5 * 24 + column * 5])
      }
      #expect(example.weights[row * 5 + column] == weights[Int(example.classes[row * 5 + column])])
    }
    let input = Preprocessing(pair.input, size: 24).planes(of: Self.crop)
    #expect(zip(example.input, input).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(example.input.count == input.count)
    let entropy = (0..<25).reduce(0.0) { sum, position in
      sum
        + SoftCode(
          indices: (0..<3).map { example.classes[$0 * 25 + position] },
          weights: (0..<3).map { example.shares[$0 * 25 + position] }
        ).entropy
    }
    // The example's is computed eight positions at a time, in single precision.
    #expect(abs(entropy - example.entropy) < 1e-6 * max(1, entropy))
  }

  @Test func aGrayPictureWeighsNothing() {
    let code = TargetCode(of: .lightnessToAB, neighbors: 10, sigma: 5)
    let weights = [Float](repeating: 1, count: 313)
    let gray = Picture(width: 16, height: 16, channels: 3, filledWith: 90)
    let targets = ColorTargets(code: code, binWeights: weights)
    #expect(targets.example(of: gray).weights.allSatisfy { $0 == 0 })
    let all = ColorTargets(code: code, binWeights: weights, grayThreshold: -1)
    #expect(all.example(of: gray).weights.allSatisfy { $0 == 1 })
  }
}
