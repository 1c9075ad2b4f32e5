internal import Configurations
internal import Datasets
internal import Images
internal import Inputs
public import Layers
public import Networks
public import Randomness
public import Tensors
public import Training

/// Context prediction: which of the eight neighbors of a patch is this other patch?
///
/// - Source: Doersch, Gupta & Efros, "Unsupervised visual representation learning by context
///   prediction", ICCV 2015 (cdoersch/deepcontext, train.py). README.md says where this one
///   differs.
public struct ContextTask: Classification {
  /// The name under `task` in configurations.
  public static let name = "context"
  /// The eight neighbors.
  public var classes: Int { PatchPairs.neighbors.count }

  /// The patches, and what keeps them from giving their places away.
  public struct Settings: PretextSettings {
    /// The trunk's input: `lightness`, `gray`, or the natural `rgb`.
    public var channels: Preprocessing.Channels = .lightness
    /// Rows and columns of a patch.
    public var patch: Int = 96
    /// Pixels between two patches.
    public var gap: Int = 48
    /// Pixels that each patch may be out of place, in each direction.
    public var jitter: Int = 7
    /// Pairs that are cut from each picture.
    public var pairs: Int = 4
    /// What is done about the colors.
    public var color: ColorHandling = .dropped
    /// The share of patches that are reduced to between 100 pixels and all of theirs and enlarged
    /// again, so that sharpness gives nothing away.
    public var degraded: Double = 1.0 / 3
    /// Channels of the head's layers.
    public var hidden: Int = 4096

    /// The released patches.
    public init() {}

    func check(size: Int) throws {
      try ConfigurationError.requirePatches(channels)
      try ConfigurationError.requireAtLeast([
        ("patch", patch, 16), ("gap", gap, 0), ("jitter", jitter, 0), ("pairs", pairs, 1),
        ("hidden", hidden, 1),
      ])
      try ConfigurationError.require(
        (0...1).contains(degraded), "degraded", "must lie in 0...1, it is \(degraded)")
      let span = geometry.span
      try ConfigurationError.require(
        span <= size, "patch",
        """
        is \(patch), with gap \(gap) and jitter \(jitter): a pair takes \(span) pixels, crops have \
        \(size) (data.augmentation.size)
        """)
    }

    var geometry: PatchPairs { PatchPairs(side: patch, gap: gap, jitter: jitter) }
  }

  /// How a patch becomes the trunk's input.
  public let preprocessing: Preprocessing
  private let settings: Settings
  private let trunk: TrunkConfiguration

  /// Checks that pairs fit into crops, and patches into the trunk.
  public init(_ settings: Settings, trunk: TrunkConfiguration, data: PretrainingSource) throws {
    try settings.check(size: data.augmentation.size)
    try trunk.requireForm(size: settings.patch)
    (self.settings, self.trunk) = (settings, trunk)
    preprocessing = Preprocessing(settings.channels, size: settings.patch)
  }

  /// The trunk, one after another on both patches, and the layers that compare them.
  public func model(around stack: Stack, key: RandomKey, on device: Device) -> TilesModel {
    TilesModel(
      trunk: stack, tiles: 2, features: trunk.outputChannels,
      side: trunk.outputRows(size: settings.patch), each: settings.hidden, hidden: settings.hidden,
      classes: classes, key: key.folding("head"), on: device)
  }

  /// The patches in the middle, then their neighbors; the label says which neighbor.
  public func batch(of samples: [PretextSample]) -> LabeledBatch {
    var (middles, neighbors, labels): ([Float], [Float], [Int32]) = ([], [], [])
    for sample in samples {
      for number in 0..<settings.pairs {
        var stream = sample.key.folding("pair").folding(number).stream()
        let pair = settings.geometry.pair(in: sample.crop.width, from: &stream)
        middles += input(of: sample.crop, pair.x, pair.y, &stream)
        neighbors += input(of: sample.crop, pair.neighborX, pair.neighborY, &stream)
        labels.append(Int32(pair.label))
      }
    }
    return LabeledBatch(
      count: samples.count, channels: preprocessing.channels.count, size: settings.patch,
      input: middles + neighbors, labels: labels)
  }

  /// The patch at a place, as the network sees it.
  private func input(
    of crop: Picture, _ x: Int, _ y: Int, _ stream: inout RandomStream
  ) -> [Float] {
    let side = settings.patch
    var patch = crop.cropped(x: x, y: y, width: side, height: side)
    if stream.chance(settings.degraded) {
      let pixels = stream.uniform(in: 100..<Double(max(101, side * side)))
      let small = min(side, Int(pixels.squareRoot().rounded()))
      patch = patch.resized(width: small, height: small).resized(width: side, height: side)
    }
    return settings.color.planes(of: patch, preprocessing, &stream)
  }
}
