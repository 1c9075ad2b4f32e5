internal import ColorScience
internal import Configurations
internal import Datasets
internal import Images
public import Layers
public import Networks
public import Randomness
public import Tensors
public import Training

/// SimCLR: which of all other views shows the same picture as this one? And on demand, what colors
/// did it have?
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
    /// The weight of giving back each view's colors as they were before they were changed; with 0
    /// nothing asks for them.
    public var colorWeight: Double = 0

    /// The recipe for ImageNet.
    public init() {}
  }

  /// How a view becomes the trunk's input.
  public let preprocessing: Preprocessing
  private let settings: Settings
  private let trunk: TrunkConfiguration
  private let encoder = SoftEncoder(neighbors: 10, sigma: 5)

  /// Checks the settings and that the trunk has an output for views of this size.
  public init(_ settings: Settings, trunk: TrunkConfiguration, data: PretrainingSource) throws {
    try settings.views.check(settings.channels, of: data)
    for (setting, value) in [("hidden", settings.hidden), ("embedding", settings.embedding)] {
      try ConfigurationError.require(value >= 1, setting, "must be at least 1, it is \(value)")
    }
    try ConfigurationError.require(
      settings.temperature > 0 && settings.temperature.isFinite, "temperature",
      "must be positive, it is \(settings.temperature)")
    try ConfigurationError.require(
      settings.colorWeight >= 0 && settings.colorWeight.isFinite, "colorWeight",
      "must not be negative, it is \(settings.colorWeight)")
    try trunk.requireForm(size: data.augmentation.size)
    if settings.colorWeight > 0 { try trunk.requireDense(size: data.augmentation.size) }
    (self.settings, self.trunk) = (settings, trunk)
    preprocessing = Preprocessing(settings.channels, size: data.augmentation.size)
  }

  /// The name, `color` with the head that gives colors back, and the channels where they are not
  /// lightness.
  public var goal: String {
    let name = Self.goal(preprocessing.channels)
    return settings.colorWeight > 0 ? "\(name)-color" : name
  }

  /// Those of the settings.
  public var views: ViewSettings { settings.views }

  /// The trunk and a projector of one hidden layer.
  public func model(around stack: Stack, key: RandomKey, on device: Device) -> TwoViewModel {
    TwoViewModel(
      trunk: stack,
      projector: Projector.build(
        trunk.outputChannels, hidden: [settings.hidden], outputs: settings.embedding,
        key: key.folding("head"), on: device),
      color: settings.colorWeight > 0
        ? Heads.dense(
          on: trunk, outputs: encoder.bins.count, key: key.folding("color"), on: device) : nil)
  }

  /// Both views of all pictures, and on demand the codes of their colors before these were changed.
  public func batch(of samples: [PretextSample]) -> InputBatch {
    var batch = views(of: samples)
    guard settings.colorWeight > 0 else { return batch }
    let (size, step) = (preprocessing.size, trunk.denseStride)
    var codes = ColorCodes(rows: (size + step - 1) / step)
    for number in 0..<2 {
      for sample in samples {
        let recipe = recipe(number, of: sample)
        let lab = LabPlanes(
          rgb: recipe.window.cut(out: sample.crop, size: size, mirrored: recipe.isMirrored).samples)
        codes.add(
          codes.sampled(lab.a, size: size, step: step),
          codes.sampled(lab.b, size: size, step: step), encoder)
      }
    }
    batch.colors = codes
    return batch
  }

  /// The comparison, and the divergence of colors times its weight; reports both parts.
  public func loss(of outputs: TwoViewModel.Outputs, _ batch: InputBatch) -> TrainingLoop.Loss {
    var loss = comparison(of: outputs.embeddings)
    guard let scores = outputs.colors, let codes = batch.colors else { return loss }
    let color = codes.loss(scores)
    loss.metrics["contrast"] = Reading(loss.trained)
    loss.metrics["color"] = Reading(color)
    loss.trained = .combination(1, loss.trained, settings.colorWeight, color)
    return loss
  }

  /// The cross-entropy of finding each view's other one among all others; reports how many are
  /// found as `accuracy`.
  public func comparison(of embeddings: Tensor) -> TrainingLoop.Loss {
    let found = Contrast.ofViews(embeddings, temperature: settings.temperature)
    return .init(found.loss, metrics: ["accuracy": found.accuracy])
  }
}
