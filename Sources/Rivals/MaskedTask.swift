internal import Configurations
internal import Datasets
internal import Inputs
public import Layers
public import Networks
public import Randomness
public import Tensors
public import Training

/// Masked pictures: fill in patches of which nothing is seen, by a trunk whose layers are blind to
/// them from the first to the last.
///
/// - Source: Tian, Jiang, Lin, Diao, Wang & Yuan, "Designing BERT for convolutional networks:
///   sparse and hierarchical masked modeling", ICLR 2023 (keyu-tian/SparK). README.md says where
///   this one differs.
public struct MaskedTask: Reconstruction {
  /// The name under `task` in configurations.
  public static let name = "masked"

  /// What is hidden, and how the filling is judged.
  public struct Settings: PretextSettings {
    /// The trunk's input, which is also what is filled in; natural is `rgb`.
    public var channels: Preprocessing.Channels = .lightness
    /// Rows and columns of a patch, which is hidden or seen as a whole.
    public var patch: Int = 32
    /// The share of patches that are hidden, the same in every picture.
    public var share: Double = 0.6
    /// Whether each patch's pixels are asked for less their mean and over their deviation, as in
    /// the paper, or as they are.
    public var normalized: Bool = true
    /// Held-out pictures that evaluations show.
    public var shownPictures: Int = 6

    /// The paper's.
    public init() {}
  }

  /// Channels, size and layout of the pictures.
  public let canvas: PixelCanvas
  /// Held-out crops that evaluations show.
  public let shown: [PretextSample]
  private let (settings, trunk): (Settings, TrunkConfiguration)

  /// Checks that patches fill the pictures, and that trunk and decoder have whole positions for
  /// each.
  public init(_ settings: Settings, trunk: TrunkConfiguration, data: PretrainingSource) throws {
    let size = data.augmentation.size
    canvas = try PixelCanvas(settings.channels, size: size, trunk: trunk)
    let rows = trunk.outputRows(size: size)
    try ConfigurationError.require(
      settings.patch > 0 && size % settings.patch == 0 && size > settings.patch
        && settings.patch % trunk.denseStride == 0 && rows >= size / settings.patch, "patch",
      """
      is \(settings.patch); it must divide data.augmentation.size, \(size), be a multiple of \
      \(trunk.denseStride), the step of the decoder's positions, and not be smaller than that of \
      the trunk's, of which there are \(rows) in a row
      """)
    try ConfigurationError.require(
      settings.share > 0 && settings.share < 1, "share",
      "must lie between 0 and 1, it is \(settings.share)")
    (self.settings, self.trunk) = (settings, trunk)
    shown = try data.shown(settings.shownPictures)
  }

  /// The trunk, what stands for features of hidden patches, and a decoder.
  public func model(around stack: Stack, key: RandomKey, on device: Device) -> MaskedModel {
    let key = key.folding("head")
    return MaskedModel(
      trunk: stack,
      decoder: ReconstructionHead.build(on: trunk, canvas.blocks, key: key, on: device),
      token: Initializer.gaussian(deviation: 0.02).tensor(
        shape: [trunk.outputChannels], key: key.folding("token"), on: device))
  }

  /// The picture with 0 in hidden patches; only these are asked for.
  public func damaged(_ planes: [Float], key: RandomKey) -> (input: [Float], weights: [Float]) {
    let (size, patch) = (canvas.blocks.size, settings.patch)
    let rows = size / patch
    let count = Int((settings.share * Double(rows * rows)).rounded())
    var stream = key.stream()
    let hidden = Set(
      stream.permutation(rows * rows).prefix(max(1, min(rows * rows - 1, count))))
    let weights: [Float] = (0..<size * size).map {
      hidden.contains($0 / size / patch * rows + $0 % size / patch) ? 1 : 0
    }
    return (planes.indices.map { weights[$0 % weights.count] > 0 ? 0 : planes[$0] }, weights)
  }

  /// Damaged pictures, whole ones whose patches are normalized where that is asked for, and which
  /// pixels are asked for.
  public func batch(of samples: [PretextSample]) -> ReconstructionBatch {
    ReconstructionBatch(
      samples.map { sample in
        let planes = preprocessing.planes(of: sample.crop)
        let (input, weights) = damaged(planes, key: sample.key.folding(Self.name))
        guard settings.normalized else {
          return .init(input: input, target: planes, weights: weights)
        }
        let scale = PatchScale(of: planes, size: canvas.blocks.size, patch: settings.patch)
        return .init(
          input: input, target: scale.normalized(planes), weights: weights, scale: scale)
      }, canvas.blocks)
  }

  /// What the decoder makes of the seen patches' features.
  public func output(
    of model: inout MaskedModel, _ batch: ReconstructionBatch, _ pass: inout Pass,
    on device: Device, as dtype: DType
  ) -> Tensor {
    model.forward(
      batch.input(on: device, as: dtype), seen: SeenPatches(of: batch), &pass)
  }
}
