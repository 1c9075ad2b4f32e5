internal import Configurations
internal import Datasets
public import Layers
public import Networks
public import Randomness
public import Tensors
public import Training

/// Barlow Twins: each number of an embedding says the same of both views, and what no other says.
///
/// - Source: Zbontar, Jing, Misra, LeCun & Deny, "Barlow Twins: self-supervised learning via
///   redundancy reduction", ICML 2021 (facebookresearch/barlowtwins). README.md says where this one
///   differs.
public struct BarlowTwinsTask: TwoViewTask {
  /// The name under `task` in configurations.
  public static let name = "barlow-twins"

  /// Views, projector and the weight of redundancy.
  public struct Settings: PretextSettings {
    /// The trunk's input: `lightness`, `gray`, or the natural `rgb`.
    public var channels: Preprocessing.Channels = .lightness
    /// What may change between two views of a picture.
    public var views: ViewSettings = .init()
    /// Channels of each of the projector's two hidden layers.
    public var hidden: Int = 8192
    /// Numbers in an embedding.
    public var embedding: Int = 8192
    /// The weight of correlations between different numbers.
    public var redundancy: Double = 0.0051
    /// The factor of the whole loss; the released code had 1/32 with LARS, others have 0.1.
    public var factor: Double = 1

    /// The paper's.
    public init() {}
  }

  /// How a view becomes the trunk's input.
  public let preprocessing: Preprocessing
  private let settings: Settings
  private let trunk: TrunkConfiguration

  /// Checks the settings and that the trunk has an output for views of this size.
  public init(_ settings: Settings, trunk: TrunkConfiguration, data: PretrainingSource) throws {
    try settings.views.check(settings.channels, of: data)
    for (setting, value, least) in [
      ("hidden", settings.hidden, 1), ("embedding", settings.embedding, 2),
    ] {
      try ConfigurationError.require(
        value >= least, setting, "must be at least \(least), it is \(value)")
    }
    for (setting, value) in [("redundancy", settings.redundancy), ("factor", settings.factor)] {
      try ConfigurationError.require(
        value > 0 && value.isFinite, setting, "must be positive, it is \(value)")
    }
    try trunk.requireForm(size: data.augmentation.size)
    (self.settings, self.trunk) = (settings, trunk)
    preprocessing = Preprocessing(settings.channels, size: data.augmentation.size)
  }

  /// Those of the settings.
  public var views: ViewSettings { settings.views }

  /// The trunk and a projector of two hidden layers.
  public func model(around stack: Stack, key: RandomKey, on device: Device) -> TwoViewModel {
    TwoViewModel(
      trunk: stack,
      projector: Projector.build(
        trunk.outputChannels, hidden: [settings.hidden, settings.hidden],
        outputs: settings.embedding, key: key.folding("head"), on: device))
  }

  /// The squared distance of the correlations between both views' numbers from the identity, those
  /// off the diagonal times `redundancy`; reports both parts, without the factor.
  public func comparison(of embeddings: Tensor) -> TrainingLoop.Loss {
    let (pictures, width) = (embeddings.shape[0] / 2, embeddings.shape[1])
    let views = (0..<2).map { view in
      embeddings.sliced(start: [view * pictures, 0], shape: [pictures, width])
        .reshaped([pictures, width, 1, 1]).batchNormalized().output.reshaped([pictures, width])
    }
    let correlations = views[0].matrixProduct(views[1], transposeSelf: true)
      .scaled(by: 1 / Double(pictures))
    var identity = [Float](repeating: 0, count: width * width)
    for place in 0..<width { identity[place * width + place] = 1 }
    func constant(_ values: [Float]) -> Tensor {
      Tensor(values, shape: [width, width], dtype: embeddings.dtype, on: embeddings.device)
    }
    let diagonal = constant(identity)
    let squares = correlations.squaredError(diagonal)
    let invariance = (squares * diagonal).sum()
    let redundancy = (squares * diagonal.scaled(by: -1, plus: 1)).sum()
    return .init(
      .combination(
        settings.factor, invariance, settings.factor * settings.redundancy, redundancy),
      metrics: ["invariance": Reading(invariance), "redundancy": Reading(redundancy)])
  }
}
