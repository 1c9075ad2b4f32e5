internal import Configurations
internal import Datasets
public import Layers
public import Networks
public import Randomness
public import Tensors
public import Training

/// The denoising autoencoder: give a picture back from one with holes and noise in it.
///
/// - Source: Vincent et al., ICML 2008 (pixels set to a constant) and JMLR 2010 (Gaussian noise).
///   README.md says where this one differs.
public struct DenoisingTask: Reconstruction {
  /// The name under `task` in configurations.
  public static let name = "denoising"

  /// What is given back, and how it is damaged.
  public struct Settings: PretextSettings {
    /// The trunk's input, which is also what is given back; natural is `rgb`.
    public var channels: Preprocessing.Channels = .lightness
    /// The share of pixels that are set to the mean of the preprocessing, in all channels: 0.25 in
    /// the middle of what Vincent et al. 2008 tried.
    public var dropped: Double = 0.25
    /// The standard deviation of Gaussian noise, as a share of each channel's range; 0.1 to 0.3 are
    /// usual.
    public var deviation: Double = 0
    /// Numbers that each position of the trunk's output is squeezed into; 0 for no bottleneck:
    /// noise does here what a bottleneck does in a plain autoencoder.
    public var bottleneck: Int = 0
    /// Held-out pictures that evaluations show.
    public var shownPictures: Int = 6

    /// A quarter of the pixels gone.
    public init() {}

    func check() throws {
      try ConfigurationError.require(
        (0..<1).contains(dropped), "dropped", "must lie in 0 ..< 1, it is \(dropped)")
      try ConfigurationError.require(
        deviation >= 0, "deviation", "must not be negative, it is \(deviation)")
      try ConfigurationError.require(
        dropped > 0 || deviation > 0, "dropped",
        "is 0, and so is deviation; without damage the task is autoencoder")
      try ConfigurationError.require(
        bottleneck >= 0, "bottleneck", "must not be negative, it is \(bottleneck)")
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

  /// The trunk and a decoder.
  public func model(around stack: Stack, key: RandomKey, on device: Device) -> Network {
    Network(
      trunk: stack,
      head: ReconstructionHead.build(
        on: trunk, canvas.blocks, bottleneck: settings.bottleneck, key: key.folding("head"),
        on: device))
  }

  /// The picture with holes and noise; every pixel is asked for.
  public func damaged(_ planes: [Float], key: RandomKey) -> (input: [Float], weights: [Float]) {
    let area = canvas.blocks.size * canvas.blocks.size
    var (input, stream) = (planes, key.stream())
    if settings.deviation > 0 {
      for (channel, share) in canvas.shares.enumerated() {
        for place in channel * area..<(channel + 1) * area {
          input[place] += Float(settings.deviation / share * stream.normal())
        }
      }
    }
    for pixel in 0..<area where stream.chance(settings.dropped) {
      for channel in 0..<canvas.blocks.channels { input[channel * area + pixel] = 0 }
    }
    return (input, [Float](repeating: 1, count: area))
  }
}
