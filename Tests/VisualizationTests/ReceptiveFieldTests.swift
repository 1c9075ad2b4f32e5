import Layers
import Networks
import Randomness
import Tensors
import Testing
import Visualization

/// What a unit is said to see is what its gradient says it sees.
struct ReceptiveFieldTests {
  /// The pixels with a gradient at the output (row, column), over inputs that have a spike at each
  /// pixel in turn: with positive weights the spike wins every maximum on its way.
  private func pixelsWithGradient(
    _ stack: Stack, _ input: Pair, channels: Int, row: Int, column: Int
  ) -> Set<Int> {
    let count = input.height * input.width
    var values = [Float](repeating: 0, count: count * channels * count)
    var stream = RandomKey(seed: 5).stream()
    for image in 0..<count {
      for place in 0..<channels * count {
        let isSpike = place % count == image
        values[image * channels * count + place] =
          (isSpike ? 1e9 : 0) + Float(stream.uniform(in: 0.5..<1))
      }
    }
    let x = Tensor(values, shape: [count, channels, input.height, input.width], on: .cpu).watched()
    let y = stack(x)
    let (height, width) = (y.shape[2], y.shape[3])
    let weights = (0..<y.shape.count).map { place -> Float in
      place % (height * width) == row * width + column ? 1 : 0
    }
    let gradient = gradients(
      of: y, weightedBy: Tensor(weights, shape: y.shape, on: .cpu), for: [x])[0].floats
    return Set(gradient.indices.filter { gradient[$0] != 0 }.map { $0 % count })
  }

  private func check(_ stack: Stack, _ input: Pair, channels: Int = 2, _ comment: String) {
    let fields = ReceptiveFields(of: stack.names.last!, in: stack, input: input)
    let (last, right) = (fields.outputs.height - 1, fields.outputs.width - 1)
    for (row, column) in Set([[0, 0], [last, right], [last / 2, right / 2], [0, right]])
      .map({ ($0[0], $0[1]) })
    {
      let field = fields[row, column]
      let seen = Set(
        field.rows.seen.flatMap { y in field.columns.seen.map { y * input.width + $0 } })
      let found = pixelsWithGradient(stack, input, channels: channels, row: row, column: column)
      #expect(found == seen, "\(comment): output (\(row), \(column)) of \(fields.outputs)")
      #expect(field.rows.seen.allSatisfy(field.rows.window.contains))
    }
  }

  /// Layers of every kind that fit, one after another.
  private func randomStack(_ key: RandomKey, _ input: Pair) -> (Stack, String) {
    var stream = key.stream()
    var stages: [Stack.Stage] = []
    var words: [String] = []
    func number(_ range: ClosedRange<Int>) -> Int {
      range.lowerBound + stream.index(below: range.count)
    }
    func pair(_ range: ClosedRange<Int>) -> Pair { Pair(number(range), number(range)) }
    while stages.count < 4 {
      let size =
        stages.isEmpty
        ? input : ReceptiveFields(of: stages.last!.name, in: Stack(stages), input: input).outputs
      let smallest = min(size.height, size.width)
      if smallest < 5 || max(size.height, size.width) > 30 { break }
      let name = "layer\(stages.count)"
      let layer: any StackLayer
      switch number(0...7) {
      case 0, 1:
        layer = Convolution(
          2, 2, kernel: pair(1...3),
          .init(
            stride: pair(1...2), padding: pair(0...2), dilation: pair(1...2),
            groups: number(1...2), relu: stream.chance(0.5)),
          key: key.folding(name), on: .cpu)
      case 2:
        let window = pair(2...3)
        layer = MaxPooling(
          .init(
            window: window, stride: pair(1...3), padding: Pair(number(0...1)),
            ceilMode: stream.chance(0.5)))
      case 3:
        layer = AveragePooling(
          .init(
            window: pair(2...3), stride: pair(1...3), padding: Pair(number(0...1)),
            ceilMode: stream.chance(0.5)))
      case 4:
        layer = TransposedConvolution(
          2, 2, kernel: pair(1...4), stride: pair(1...2), padding: Pair(0), key: key.folding(name),
          on: .cpu)
      case 5:
        layer = Upsampling(
          factor: number(2...3), corners: stream.chance(0.5) ? .aligned : .halfPixel)
      case 6: layer = BatchNormalization(2, relu: true, on: .cpu)
      // A weak one: a strong one would bend the spike down.
      default: layer = ResponseNormalization(.init(alpha: 1e-30))
      }
      var positive = layer
      positive.makePositive()
      stages.append(.init(name, positive))
      words.append("\(layer)".prefix(60) + "")
    }
    return (Stack(stages), words.joined(separator: " | "))
  }

  @Test(arguments: 0..<24)
  func aRandomNetworkSeesWhatItsGradientSays(seed: Int) {
    let key = RandomKey(seed: 77).folding(seed)
    let input = Pair(11 + seed % 3, 9 + seed % 4)
    let (stack, words) = randomStack(key, input)
    check(stack, input, "seed \(seed), \(words)")
  }

  @Test func incompleteWindowsAndGlobalOnesAreRight() {
    let pool = PoolingParameters(window: 3, stride: 2, ceilMode: true)
    check(Stack([.init("pool", MaxPooling(pool))]), Pair(8, 10), "ceil mode")
    check(
      Stack([.init("a", MaxPooling(pool)), .init("all", GlobalAveragePooling())]), Pair(8, 7),
      "global")
  }

  @Test func trunksSeeWhatTheirGradientSays() {
    for architecture in [TrunkConfiguration.Architecture.eccv16, .vgg16] {
      var trunk = TrunkConfiguration(architecture, width: 0.03125).build(
        key: RandomKey(seed: 1), on: .cpu
      ).through("conv3_1")
      trunk.makePositive()
      check(trunk, Pair(18, 14), channels: 1, "\(architecture)")
    }
  }

  @Test func blocksSeeWhatTheirGradientSays() {
    var configuration = TrunkConfiguration(.resnet18, width: 0.03125)
    configuration.dilatedStages = 2
    for (stem, last) in [(TrunkConfiguration.Stem.imagenet, "layer3.0"), (.cifar, "layer2.0")] {
      configuration.stem = stem
      var trunk = configuration.build(key: RandomKey(seed: 1), on: .cpu).through(last)
      trunk.makePositive()
      check(trunk, Pair(19, 14), channels: 1, "\(stem)")
    }
    // A shortcut sees what a main branch of 1x1 filters steps over.
    var block = Stack([
      .init(
        "block",
        ResidualBlock(
          main: Stack([
            .init("a", Convolution(2, 2, kernel: 1, key: RandomKey(seed: 1), on: .cpu))
          ]),
          projection: Stack([
            .init(
              "b",
              Convolution(2, 2, kernel: 3, .init(padding: 1), key: RandomKey(seed: 2), on: .cpu))
          ])))
    ])
    block.makePositive()
    check(block, Pair(6, 5), "a wide shortcut")
  }

  @Test func guidedGradientsPassBothBranches() {
    var trunk = TrunkConfiguration(.resnet18, width: 0.03125).build(
      key: RandomKey(seed: 1), on: .cpu
    ).through("layer2.1")
    trunk.makePositive()
    let x = Tensor(filledWith: 1, shape: [1, 1, 32, 32], on: .cpu)
    let y = trunk(x)
    let seed = Tensor(filledWith: 1, shape: y.shape, on: .cpu)
    // Nothing is negative, so nothing is stopped.
    let watched = x.watched()
    let plain = gradients(of: trunk(watched), weightedBy: seed, for: [watched])[0].floats
    let guided = trunk.guidedGradient(of: seed, input: x).floats
    let largest = plain.map(abs).max()!
    #expect(largest > 0 && zip(plain, guided).allSatisfy { abs($0 - $1) < 1e-4 * largest })
    // A negative seed passes no rectifier.
    #expect(
      trunk.guidedGradient(of: seed.scaled(by: -1), input: x).floats.allSatisfy { $0 == 0 })
  }

  @Test func wholeWindowsAgreeWithTheGeometry() {
    let trunk = TrunkConfiguration(.alexnet, width: 0.03125).build(
      key: RandomKey(seed: 1), on: .cpu)
    for (name, geometry) in trunk.geometries {
      let fields = ReceptiveFields(of: name, in: trunk, input: Pair(180, 120))
      for row in [0, fields.outputs.height / 2] {
        let window = fields[row, 0].rows.window
        #expect(Double(window.count) == geometry.receptiveField, "\(name)")
        let center = Double(window.lowerBound + window.upperBound - 1) / 2
        #expect(center == geometry.offset + Double(row) * geometry.stride, "\(name)")
      }
    }
  }
}

extension Layer {
  /// Makes all weights positive, so that no gradients cancel.
  fileprivate mutating func makePositive() {
    transform { named in
      guard named.role == .weight else { return named.tensor }
      return Tensor(
        named.tensor.floats.map { 0.5 + min(abs($0), 1) / 2 }, shape: named.tensor.shape,
        on: named.tensor.device)
    }
  }
}
