internal import Datasets
internal import Images
internal import Inputs
public import Layers
public import Networks
public import Randomness
public import Tensors
public import Training

/// Rotation: by which quarter of a full turn was the picture turned?
///
/// - Source: Gidaris, Singh & Komodakis, "Unsupervised representation learning by predicting image
///   rotations", ICLR 2018 (gidariss/FeatureLearningRotNet). README.md says where this one differs.
public struct RotationTask: Classification {
  /// The name under `task` in configurations.
  public static let name = "rotation"
  /// Not turned, and turned counterclockwise by one, two and three quarters.
  public var classes: Int { Self.inputsOfPicture }
  /// Every picture is seen in all four positions.
  public static let inputsOfPicture = 4

  /// What the network sees.
  public struct Settings: PretextSettings {
    /// The trunk's input; natural is `rgb`.
    public var channels: Preprocessing.Channels = .lightness

    /// Lightness, as in colorization.
    public init() {}
  }

  /// How a picture becomes the trunk's input.
  public let preprocessing: Preprocessing
  private let trunk: TrunkConfiguration

  /// Checks that the trunk has an output for crops of this size.
  public init(_ settings: Settings, trunk: TrunkConfiguration, data: PretrainingSource) throws {
    try trunk.requireForm(size: data.augmentation.size)
    self.trunk = trunk
    preprocessing = Preprocessing(settings.channels, size: data.augmentation.size)
  }

  /// The trunk, the mean of each channel, and four scores.
  public func model(around stack: Stack, key: RandomKey, on device: Device) -> Network {
    Network(
      trunk: stack,
      head: Heads.classification(
        inputs: trunk.outputChannels, classes: classes, dropout: 0, key: key.folding("head"),
        on: device))
  }

  /// Every picture in all four positions, one after another: the paper found that this beats one
  /// position drawn for each.
  public func batch(of samples: [PretextSample]) -> LabeledBatch {
    let input = samples.flatMap { sample in
      (0..<classes).flatMap { preprocessing.planes(of: sample.crop.turned(quarters: $0)) }
    }
    return LabeledBatch(
      count: samples.count, channels: preprocessing.channels.count, size: preprocessing.size,
      input: input,
      labels: samples.flatMap { _ in (0..<classes).map(Int32.init) })
  }
}
