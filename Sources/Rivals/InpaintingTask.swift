internal import Configurations
internal import Datasets
public import Layers
public import Networks
public import Randomness
public import Tensors
public import Training

/// Inpainting by a context encoder: fill in what is hidden from what is around it.
///
/// - Source: Pathak et al., "Context encoders: feature learning by inpainting", CVPR 2016
///   (pathak22/context-encoder). README.md says where this one differs.
public struct InpaintingTask: Reconstruction {
  /// The name under `task` in configurations.
  public static let name = "inpainting"

  /// What is hidden, and how the filling is judged.
  public struct Settings: PretextSettings {
    /// The trunk's input, which is also what is filled in; natural is `rgb`.
    public var channels: Preprocessing.Channels = .lightness
    /// Which pixels are hidden. The paper's transferred features learned from `regions`.
    public var hidden: HiddenPixels = .regions
    /// The share of pixels that blocks and regions hide, at most.
    public var share: Double = 0.25
    /// The weight of the adversarial loss, the squared error having the rest; 0 for none, as the
    /// transferred features were learned. The released central model has 0.001.
    public var adversarial: Double = 0
    /// The discriminator's learning rate over the rest's; 0.1 in the released code.
    public var discriminatorRate: Double = 0.1
    /// Held-out pictures that evaluations show.
    public var shownPictures: Int = 6

    /// The task that the transferred features were learned by.
    public init() {}

    func check() throws {
      try ConfigurationError.require(
        share > 0 && share < 1, "share", "must lie between 0 and 1, it is \(share)")
      try ConfigurationError.require(
        (0..<1).contains(adversarial), "adversarial", "must lie in 0 ..< 1, it is \(adversarial)")
      try ConfigurationError.require(
        discriminatorRate > 0, "discriminatorRate",
        "must be positive, it is \(discriminatorRate)")
    }
  }

  /// Channels, size and layout of the pictures.
  public let canvas: PixelCanvas
  /// Held-out crops that evaluations show.
  public let shown: [PretextSample]
  private let (settings, trunk): (Settings, TrunkConfiguration)

  /// Checks the settings, and that the network's output covers the pictures.
  public init(_ settings: Settings, trunk: TrunkConfiguration, data: PretrainingSource) throws {
    try settings.check()
    (self.settings, self.trunk) = (settings, trunk)
    canvas = try PixelCanvas(settings.channels, size: data.augmentation.size, trunk: trunk)
    shown = try data.shown(settings.shownPictures)
  }

  /// `inpainting`, or `inpainting-adversarial`, with the channels where they are not lightness.
  public var goal: String {
    Self.goal(settings.channels) + (settings.adversarial > 0 ? "-adversarial" : "")
  }

  /// The discriminator's own pace.
  public var multipliers: [Multiplier] {
    [.init(prefix: InpaintingModel.discriminatorPrefix, rate: settings.discriminatorRate)]
  }

  /// The trunk, a decoder, and a discriminator where one is wanted.
  public func model(around stack: Stack, key: RandomKey, on device: Device) -> InpaintingModel {
    let key = key.folding("head")
    return InpaintingModel(
      trunk: stack,
      decoder: ReconstructionHead.build(on: trunk, canvas.blocks, key: key, on: device),
      discriminator: settings.adversarial > 0
        ? InpaintingModel.discriminator(
          canvas.blocks, width: trunk.width, key: key.folding("discriminator"), on: device) : nil)
  }

  /// The picture with holes; only what is hidden is asked for.
  public func damaged(_ planes: [Float], key: RandomKey) -> (input: [Float], weights: [Float]) {
    let size = canvas.blocks.size
    let mask = settings.hidden.mask(size: size, share: settings.share, key: key)
    return (planes.indices.map { mask[$0 % mask.count] > 0 ? 0 : planes[$0] }, mask)
  }

  /// The mean squared error over what is hidden, and on demand both adversarial losses, reported as
  /// `squaredError`, `generator` and `discriminator`.
  public func loss(
    _ model: inout InpaintingModel, _ batch: ReconstructionBatch, _ pass: inout Pass,
    on device: Device, as dtype: DType
  ) -> TrainingLoop.Loss {
    let output = batch.fitted(model.forward(batch.input(on: device, as: dtype), &pass))
    let error = Self.squaredError(of: output, batch)
    guard var judge = model.discriminator else { return .init(error) }
    // Around the holes the truth itself: the discriminator shall judge what was filled in.
    let (target, weights) = batch.wanted(on: device, as: output.dtype)
    let filled = target + (output - target) * weights
    let terms = AdversarialTerms(&judge, filled: filled, real: target, &pass)
    model.discriminator = judge
    let own = Tensor.combination(
      1 - settings.adversarial, error, settings.adversarial, terms.generator)
    return .init(
      own + terms.discriminator,
      metrics: [
        "squaredError": Reading(error), "generator": Reading(terms.generator),
        "discriminator": Reading(terms.discriminator),
      ])
  }
}
