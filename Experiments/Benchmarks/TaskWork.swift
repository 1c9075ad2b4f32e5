internal import Layers
internal import Networks
internal import Randomness
internal import Tensors
internal import Visualization

/// What is done with a trunk besides pretraining, on random numbers.
struct TaskWork {
  private static let (regions, cells, hidden) = (64, 6, 1024)
  private let kind: Workload.Kind
  private var model: Model
  private var optimizer = SGD(momentum: 0.9, weightDecay: 5e-4)
  private var statistics: LayerStatistics?
  private let input: Tensor
  private let labels: Tensor
  private let regions: Tensor
  private let codes: Tensor
  private let key = RandomKey(seed: 0)
  private var seen: Int32 = 0

  /// A trunk and the layers that a task puts on it.
  struct Model: Parameterized {
    var trunk: Stack
    var head: Stack
    var scores, boxes: Dense

    mutating func visit(_ visitor: inout some ParameterVisitor) {
      visitor.part("trunk", &trunk)
      visitor.part("head", &head)
      visitor.part("scores", &scores)
      visitor.part("boxes", &boxes)
    }
  }

  init(_ workload: Workload) {
    kind = workload.kind
    let trunk = TrunkConfiguration(workload.network!, width: workload.width)
    let (channels, classes, hidden) = (trunk.outputChannels, workload.outputs, Self.hidden)
    let stages: [Stack.Stage] =
      switch workload.kind {
      case .detection:
        [
          .init(
            "fc6", Dense(channels * 36, hidden, relu: true, initializer: .he, key: key, on: .cpu)),
          .init("fc7", Dense(hidden, hidden, relu: true, initializer: .he, key: key, on: .cpu)),
        ]
      default:
        [
          .init(
            "score", Convolution(channels, classes, kernel: 1, initializer: .he, key: key, on: .cpu)
          )
        ]
      }
    let inputs = workload.kind == .detection ? hidden : 1
    model = Model(
      trunk: trunk.build(key: key, on: .cpu), head: Stack(stages),
      scores: Dense(inputs, classes, initializer: .he, key: key, on: .cpu),
      boxes: Dense(inputs, 4 * classes, initializer: .he, key: key, on: .cpu))
    var stream = key.folding("data").stream()
    let (n, side) = (workload.batch, workload.size)
    input = Tensor(
      (0..<n * side * side).map { _ in Float(stream.uniform() - 0.5) }, shape: [n, 1, side, side])
    let places: Shape =
      workload.kind == .detection ? [n * Self.regions, 1] : [n, 1, side, side]
    labels = Tensor(
      indices: (0..<places.count).map { _ in Int32(stream.index(below: classes)) }, shape: places)
    regions = Tensor(
      (0..<n * Self.regions).flatMap { place -> [Float] in
        let (x, y) = (stream.uniform() * 120, stream.uniform() * 120)
        return [
          Float(place / Self.regions), Float(x), Float(y), Float(x + 16 + 40 * stream.uniform()),
          Float(y + 16 + 40 * stream.uniform()),
        ]
      }, shape: [n * Self.regions, 5])
    codes = Tensor(filledWith: 0.1, shape: [n * Self.regions, 4 * classes])
    if workload.kind == .units {
      statistics = LayerStatistics(name: "deepest", units: channels, depth: 9)
    }
  }

  /// One batch; waits until its result is there.
  mutating func run() {
    switch kind {
    case .extraction: extract()
    case .units: look()
    default: step()
    }
  }

  private func extract() {
    let maps = model.trunk(input)
    let (rows, columns) = (maps.shape[2] / Self.cells, maps.shape[3] / Self.cells)
    _ =
      maps.averagePool(
        .init(window: Pair(rows, columns), stride: Pair(rows, columns))
      ).floats
  }

  private mutating func look() {
    let maps = model.trunk(input)
    let (values, n) = (maps.floats, maps.shape[0])
    let size = values.count / n
    for picture in 0..<n {
      _ = statistics!.add(
        Array(values[picture * size..<(picture + 1) * size]), width: maps.shape[3], rank: seen
      ) { _, _ in 255 }
      seen += 1
    }
  }

  private mutating func step() {
    let (isDetection, side) = (kind == .detection, input.shape[2])
    let (loss, gradients) = model.gradients { model in
      var pass = Pass.training(key: key)
      let maps = model.trunk.forward(input, &pass)
      let share = Tensor(filledWith: 1, shape: labels.shape)
      guard isDetection else {
        return model.head.forward(maps, &pass).resized(.init(size: Pair(side, side)))
          .softmaxCrossEntropy(classes: labels, weights: share).mean()
      }
      let pooled = maps.roiMaxPool(regions, .init(size: Pair(6, 6), scale: 1.0 / 8))
      let features = model.head.forward(
        pooled.reshaped([pooled.shape[0], pooled.shape.count / pooled.shape[0]]), &pass)
      let scores = model.scores.forward(features, &pass)
      let boxes = model.boxes.forward(features, &pass)
      return scores.softmaxCrossEntropy(classes: labels, weights: share).mean()
        + boxes.smoothL1(codes).mean()
    }
    optimizer.step(&model, gradients, rate: 1e-3)
    _ = loss.scalar
  }
}

/// What `pigment units` does with the maps of a layer, without the network.
struct StatisticsWork {
  private let maps: [[Float]]
  private let side: Int
  private var statistics: LayerStatistics
  private var seen: Int32 = 0

  init(_ workload: Workload) {
    side = workload.size
    statistics = LayerStatistics(name: "maps", units: workload.outputs, depth: 9)
    var stream = RandomKey(seed: 0).stream()
    maps = (0..<workload.batch).map { _ in
      (0..<workload.outputs * workload.size * workload.size).map { _ in
        Float(stream.uniform() - 0.5)
      }
    }
  }

  /// Takes in the maps of all pictures.
  mutating func run() {
    for one in maps {
      _ = statistics.add(one, width: side, rank: seen) { _, _ in 255 }
      seen += 1
    }
  }
}
