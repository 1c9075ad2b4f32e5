internal import Configurations
internal import Datasets
public import Layers
public import Networks
public import Randomness
public import Tensors
public import Training

/// The plain autoencoder: give the picture back through a narrow code.
///
/// - Source: Hinton & Salakhutdinov, Science 2006. The row "autoencoder" of the paper's table is
///   such a network with an AlexNet encoder, by squared error (Donahue et al., ICLR 2017).
///   README.md says where this one differs.
public struct AutoencoderTask: Reconstruction {
  /// The name under `task` in configurations.
  public static let name = "autoencoder"

  /// What is given back, and through how narrow a code.
  public struct Settings: PretextSettings {
    /// The trunk's input, which is also what is given back; natural is `rgb`.
    public var channels: Preprocessing.Channels = .lightness
    /// Numbers that each position of the trunk's output is squeezed into; 0 for no bottleneck. With
    /// ECCV16, 16 are a quarter of the 64 lightnesses of the 8 x 8 pixels below.
    public var bottleneck: Int = 16
    /// Held-out pictures that evaluations show.
    public var shownPictures: Int = 6

    /// A quarter of the numbers.
    public init() {}
  }

  /// Channels, size and layout of the pictures.
  public let canvas: PixelCanvas
  /// Held-out crops that evaluations show.
  public let shown: [PretextSample]
  private let (settings, trunk): (Settings, TrunkConfiguration)

  /// Checks that the network's output covers the pictures.
  public init(_ settings: Settings, trunk: TrunkConfiguration, data: PretrainingSource) throws {
    try ConfigurationError.require(
      settings.bottleneck >= 0, "bottleneck", "must not be negative, it is \(settings.bottleneck)")
    (self.settings, self.trunk) = (settings, trunk)
    canvas = try PixelCanvas(settings.channels, size: data.augmentation.size, trunk: trunk)
    shown = try data.shown(settings.shownPictures)
  }

  /// The trunk, the bottleneck, and a decoder.
  public func model(around stack: Stack, key: RandomKey, on device: Device) -> Network {
    Network(
      trunk: stack,
      head: ReconstructionHead.build(
        on: trunk, canvas.blocks, bottleneck: settings.bottleneck, key: key.folding("head"),
        on: device))
  }

  /// The picture as it is; every pixel is asked for.
  public func damaged(_ planes: [Float], key: RandomKey) -> (input: [Float], weights: [Float]) {
    (planes, [Float](repeating: 1, count: canvas.blocks.size * canvas.blocks.size))
  }
}
