import Layers
import Networks
import Randomness
import Tensors
import Testing

/// Smooth noise: neighbors resemble one another, as in photographs.
func smoothNoise(_ shape: Shape, _ key: RandomKey) -> Tensor {
  let noise = Initializer.gaussian(deviation: 1).tensor(shape: shape, key: key, on: .cpu)
  return noise.averagePool(.init(window: 3, stride: 1, padding: 1)) + noise.scaled(by: 0.2)
}

@Suite struct InitializationTests {
  static let key = RandomKey(seed: 7)
  static var batches: [Tensor] { (0..<3).map { smoothNoise([4, 2, 24, 24], key.folding($0)) } }

  /// Every kind of layer with weights, groups, rectifiers inside and outside, pooling.
  static func stack() -> Stack {
    let key = RandomKey(seed: 1)
    return Stack([
      .init(
        "conv1", Convolution(2, 12, kernel: 3, .init(padding: 1, relu: true), key: key, on: .cpu)),
      .init("pool1", MaxPooling(.init(window: 3, stride: 2, ceilMode: true))),
      .init(
        "conv2",
        Convolution(
          12, 8, kernel: 3, .init(stride: 2, padding: 2, dilation: 2, groups: 2), key: key, on: .cpu
        )),
      .init("relu2", ReLU(slope: 0.2)),
      .init(
        "up",
        TransposedConvolution(
          8, 6, kernel: 4, stride: 2, padding: 1, groups: 2, relu: true, key: key, on: .cpu)),
      .init("conv3", Convolution(6, 10, kernel: 3, .init(padding: 1), key: key, on: .cpu)),
      .init("norm3", BatchNormalization(10, relu: true, on: .cpu)),
      .init("pool", AveragePooling(.init(window: 4))),
      .init("drop", Dropout()),
      .init("fc", Dense(10 * 3 * 3, 5, key: key, on: .cpu)),
    ])
  }

  /// The layer without its rectifier.
  static func linear(_ layer: any StackLayer) -> any StackLayer {
    switch layer.kind {
    case .convolution(var layer):
      layer.parameters.relu = false
      return layer
    case .transposedConvolution(var layer):
      layer.relu = false
      return layer
    default: return layer
    }
  }

  @Test(arguments: DataDependentInitializer.Method.allCases)
  func everyChannelAnswersAlike(_ method: DataDependentInitializer.Method) throws {
    var stack = Self.stack()
    var initializer = DataDependentInitializer(method)
    initializer.rescales = false
    let report = try initializer.initialize(&stack, batches: Self.batches, key: Self.key)
    #expect(report.layers.map(\.name) == ["conv1", "conv2", "up", "conv3", "fc"])
    #expect(report.pictures == 12)
    var inputs = Self.batches
    for stage in stack.stages {
      let bank = stack.tensors.contains { $0.name == "\(stage.name).weight" }
      let normalized = stage.layer is BatchNormalization
      if bank || normalized {
        var layer = Self.linear(stage.layer)
        if var norm = layer as? BatchNormalization {
          norm.relu = false
          layer = norm
        }
        let responses = inputs.map { layer.callAsFunction($0) }
        let channels = responses[0].shape[1]
        for channel in 0..<channels {
          let values = responses.flatMap { y in
            y.doubles.enumerated().filter { $0.offset / y.shape.plane % channels == channel }
              .map(\.element)
          }
          let mean = values.reduce(0, +) / Double(values.count)
          let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
          #expect(abs(mean - (normalized ? 0 : 0.1)) < 1e-4, "\(stage.name) \(channel)")
          #expect(abs(variance.squareRoot() - 1) < 1e-3, "\(stage.name) \(channel)")
        }
      }
      inputs = inputs.map { stage.layer.callAsFunction($0) }
    }
  }

  @Test func whatWasLearnedIsReported() throws {
    func learned(_ method: DataDependentInitializer.Method) throws -> [Int] {
      var stack = Self.stack()
      return try DataDependentInitializer(method).initialize(
        &stack, batches: Self.batches, key: Self.key
      ).layers.map(\.learned)
    }
    #expect(try learned(.dataDependent) == [0, 0, 0, 0, 0])
    #expect(try learned(.kmeans) == [12, 8, 0, 10, 5])
    #expect(try learned(.pca) == [12, 8, 0, 10, 5])
    // One channel of 3 x 3 has nine directions, whatever the number of filters.
    var small = Stack([.init("conv", Convolution(1, 16, kernel: 3, key: Self.key, on: .cpu))])
    let one = [smoothNoise([2, 1, 12, 12], Self.key)]
    let report = try DataDependentInitializer(.pca).initialize(&small, batches: one, key: Self.key)
    #expect(report.layers[0].learned == 9)
    // Four windows cannot teach sixteen filters.
    let few = [smoothNoise([1, 1, 4, 4], Self.key)]
    let none = try DataDependentInitializer(.kmeans).initialize(&small, batches: few, key: Self.key)
    #expect(none.layers[0].learned == 0)
  }

  @Test func theSameKeyGivesTheSameBits() throws {
    func weights(_ seed: UInt64, _ method: DataDependentInitializer.Method) throws -> [[UInt32]] {
      var stack = Self.stack()
      try DataDependentInitializer(method).initialize(
        &stack, batches: Self.batches, key: RandomKey(seed: seed))
      return stack.tensors.map { $0.tensor.floats.map(\.bitPattern) }
    }
    for method in DataDependentInitializer.Method.allCases {
      let first = try weights(1, method)
      #expect(try weights(1, method) == first)
      #expect(try weights(2, method) != first)
    }
  }

  @Test func layersThatAreNotNamedStay() throws {
    var stack = Self.stack()
    let before = stack["conv1"] as! Convolution
    var initializer = DataDependentInitializer(.dataDependent)
    initializer.rescales = false
    try initializer.initialize(&stack, batches: Self.batches, key: Self.key) { $0 != "conv1" }
    #expect((stack["conv1"] as! Convolution).weight.floats == before.weight.floats)
    #expect(
      (stack["conv3"] as! Convolution).weight.floats
        != (Self.stack()["conv3"] as! Convolution).weight.floats)
  }

  /// Tiles of four patterns: one filter for each.
  @Test func kMeansFindsThePatternsOfAPicture() throws {
    var stream = Self.key.folding("patterns").stream()
    let patterns = (0..<4).map { _ in (0..<16).map { _ in Float(stream.normal()) } }
    let side = 32
    var pixels = [Float](repeating: 0, count: side * side)
    for y in 0..<side {
      for x in 0..<side {
        // Which pattern a tile shows looks random, and all four are about equally frequent.
        let pattern = patterns[(y / 4 * 5 + x / 4 * 3 + (y / 4) * (x / 4)) % 4]
        pixels[y * side + x] = pattern[y % 4 * 4 + x % 4]
      }
    }
    var stack = Stack([
      .init("conv", Convolution(1, 4, kernel: 4, .init(stride: 4), key: Self.key, on: .cpu))
    ])
    let picture = Tensor(pixels, shape: [1, 1, side, side])
    try DataDependentInitializer(.kmeans).initialize(&stack, batches: [picture], key: Self.key)
    let winners = patterns.map { pattern -> Int in
      let answers = stack(Tensor(pattern, shape: [1, 1, 4, 4])).floats
      return answers.indices.max { answers[$0] < answers[$1] }!
    }
    #expect(Set(winners).count == 4)
  }

  @Test func picturesWithoutVariationAreRefused() {
    var stack = Self.stack()
    let gray = [Tensor(filledWith: 0.5, shape: [2, 2, 24, 24])]
    let error = #expect(throws: InitializationError.self) {
      // Padding varies near borders, so the first layer must have none.
      stack["conv1"] = Convolution(2, 12, kernel: 3, .init(relu: true), key: Self.key, on: .cpu)
      try DataDependentInitializer(.dataDependent).initialize(&stack, batches: gray, key: Self.key)
    }
    #expect(error?.layer == "conv1")
    #expect(throws: InitializationError.self) {
      try DataDependentInitializer(.dataDependent).initialize(&stack, batches: [], key: Self.key)
    }
  }
}
