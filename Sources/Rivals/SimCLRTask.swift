internal import Configurations
internal import Datasets
public import Layers
public import Networks
public import Randomness
public import Tensors
public import Training

/// SimCLR: which of all other views shows the same picture as this one?
///
/// - Source: Chen, Kornblith, Norouzi & Hinton, "A simple framework for contrastive learning of
///   visual representations", ICML 2020 (google-research/simclr). README.md says where this one
///   differs.
public struct SimCLRTask: TwoViewTask {
  /// The name under `task` in configurations.
  public static let name = "simclr"

  /// Views, projector and temperature.
  public struct Settings: PretextSettings {
    /// The trunk's input: `lightness`, `gray`, or the natural `rgb`.
    public var channels: Preprocessing.Channels = .lightness
    /// What may change between two views of a picture.
    public var views: ViewSettings = .init()
    /// Channels of the projector's hidden layer.
    public var hidden: Int = 2048
    /// Numbers in an embedding.
    public var embedding: Int = 128
    /// What cosines are divided by.
    public var temperature: Double = 0.1

    /// The recipe for ImageNet.
    public init() {}
  }

  /// How a view becomes the trunk's input.
  public let preprocessing: Preprocessing
  private let settings: Settings
  private let trunk: TrunkConfiguration

  /// Checks the settings and that the trunk has an output for views of this size.
  public init(_ settings: Settings, trunk: TrunkConfiguration, data: PretrainingSource) throws {
    try settings.views.check(settings.channels, of: data)
    for (setting, value) in [("hidden", settings.hidden), ("embedding", settings.embedding)] {
      try ConfigurationError.require(value >= 1, setting, "must be at least 1, it is \(value)")
    }
    try ConfigurationError.require(
      settings.temperature > 0 && settings.temperature.isFinite, "temperature",
      "must be positive, it is \(settings.temperature)")
    try trunk.requireForm(size: data.augmentation.size)
    (self.settings, self.trunk) = (settings, trunk)
    preprocessing = Preprocessing(settings.channels, size: data.augmentation.size)
  }

  /// Those of the settings.
  public var views: ViewSettings { settings.views }

  /// The trunk and a projector of one hidden layer.
  public func model(around stack: Stack, key: RandomKey, on device: Device) -> TwoViewModel {
    TwoViewModel(
      trunk: stack,
      projector: Projector.build(
        trunk.outputChannels, hidden: [settings.hidden], outputs: settings.embedding,
        key: key.folding("head"), on: device))
  }

  /// The cross-entropy of finding each view's other one among all others; reports how many are
  /// found as `accuracy`.
  public func comparison(of embeddings: Tensor) -> TrainingLoop.Loss {
    let found = Contrast.ofViews(embeddings, temperature: settings.temperature)
    return .init(found.loss, metrics: ["accuracy": found.accuracy])
  }
}
