public import ColorScience
internal import Datasets
internal import Images
internal import Inputs
public import Layers
public import Networks
public import Randomness
public import Tensors
public import Training

/// Colorization as a pretext task: predict some channels of a picture from the others.
///
/// - Source: Zhang, Isola & Efros, ECCV 2016; where paper and released code disagree, the code.
public struct ColorizationTask: PretextTask {
  /// The name under `task` in configurations.
  public static let name = "colorization"

  /// What the network is asked for.
  public let objective: ColorizationObjective
  /// What each crop becomes.
  public let targets: ColorTargets
  /// How a picture becomes the trunk's input.
  public let preprocessing: Preprocessing
  /// The distribution of the target over its bins; nil in regression.
  public let prior: ColorPrior?
  private let trunk: TrunkConfiguration
  /// What to know of the pictures before a run.
  public let warnings: [String]
  /// Held-out crops that evaluations color.
  let shown: [Picture]

  /// Measures the prior of the data, and checks that the network's output covers the targets.
  public init(
    _ objective: ColorizationObjective, trunk: TrunkConfiguration, data: PretrainingSource
  ) throws {
    try objective.check()
    self.objective = objective
    self.trunk = trunk
    let size = data.augmentation.size
    preprocessing = Preprocessing(objective.pair.input, size: size)
    try trunk.requireDense(size: size)
    var warnings = try ColorPool.check(data, threshold: Float(objective.grayThreshold))
    if objective.temperature > 1 {
      warnings.append(
        "objective.temperature \(objective.temperature) is above 1, the mean: evaluations show "
          + "colors grayer than the mean's")
    }
    self.warnings = warnings
    let code = objective.code
    let unweighted = ColorTargets(
      pair: objective.pair, code: nil, binWeights: [], stride: trunk.denseStride)
    prior = try code.map { code in
      guard objective.prior.isEmpty else {
        return try MeasuredPrior(contentsOfFile: objective.prior).prior
      }
      return try .measured(of: unweighted, code, data, objective.priorPictures)
    }
    let weights =
      prior.map { Rebalancing.weights(prior: $0.probabilities, lambda: objective.lambda) } ?? []
    targets = ColorTargets(
      pair: objective.pair, code: code, binWeights: weights.map(Float.init),
      stride: trunk.denseStride, grayThreshold: Float(objective.grayThreshold))
    shown = try data.validation.prefix(objective.shownPictures).map { try data.center(of: $0) }
  }

  /// `colorization-classification` or `colorization-regression`, with the pair where it is not L to
  /// ab.
  public var goal: String {
    let pair = objective.pair == .lightnessToAB ? "" : "-\(objective.pair.rawValue)"
    return "colorization-\(objective.loss.rawValue)\(pair)"
  }

  /// One over the positions of a picture: the released loss sums over them, ours is their mean, so
  /// that it can be read. The same balance of loss and decay needs a decay smaller by their number.
  public var decayFactor: Double {
    let side = (preprocessing.size + targets.stride - 1) / targets.stride
    return 1 / Double(side * side)
  }

  /// The trunk and a head with one score per bin, or one color, at each position.
  public func model(around stack: Stack, key: RandomKey, on device: Device) -> Network {
    Network(
      trunk: stack, head: ColorizationNetwork.head(on: trunk, objective, key: key, on: device))
  }

  /// Inputs, soft codes and weights of crops.
  public func batch(of samples: [PretextSample]) -> ColorizationBatch {
    ColorizationBatch(samples.map { targets.example(of: $0.crop) })
  }

  /// The same for the host; for a GPU the crops as they are, of which it makes all else.
  public func batch(of samples: [PretextSample], for device: Device) -> ColorizationBatch {
    device.isHost ? batch(of: samples) : ColorizationBatch(crops: samples.map(\.crop), targets)
  }

  /// The rebalanced loss; reports the plain one as `divergence` (nats) or `distance`.
  public func loss(
    _ model: inout Network, _ batch: ColorizationBatch, _ pass: inout Pass, on device: Device,
    as dtype: DType
  ) -> TrainingLoop.Loss {
    let batch = batch.tensors(on: device, as: dtype)
    let output = model.forward(batch.input, &pass)
    let result = loss(of: output, batch)
    return .init(result.trained, metrics: [plainName: result.plain])
  }

  func loss(of output: Tensor, _ batch: ColorizationTensors) -> ColorizationLoss.Result {
    switch objective.loss {
    case .classification: ColorizationLoss.classification(output, batch)
    case .regression: ColorizationLoss.regression(output, batch)
    }
  }

  /// The unweighted loss, less the entropy of the soft codes.
  public var excess: String? { plainName }

  /// What the unweighted loss is called.
  var plainName: String { objective.loss == .classification ? "divergence" : "distance" }
}

extension ColorPrior {
  /// The mean soft code over centered crops, point-sampled as in training, of up to `limit` records
  /// spread evenly over those to learn from.
  fileprivate static func measured(
    of targets: ColorTargets, _ code: TargetCode, _ data: PretrainingSource, _ limit: Int
  ) throws -> ColorPrior {
    var prior = ColorPrior(binCount: code.count)
    let count = min(limit, data.train.count)
    for place in 0..<count {
      let crop = try data.center(of: data.train[place * data.train.count / count])
      let sampled = targets.sampled(targets.pair.planes(of: crop).target, size: crop.width)
      let (bins, shares) = code.encode(sampled)
      bins.withUnsafeBufferPointer { bins in
        shares.withUnsafeBufferPointer { shares in
          prior.add(indices: bins, weights: shares, pixels: sampled[0].count)
        }
      }
    }
    return prior
  }
}
