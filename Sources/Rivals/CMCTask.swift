internal import Configurations
internal import Datasets
internal import Images
internal import Inputs
public import Layers
public import Networks
public import Randomness
public import Runs
public import Tensors
public import Training

/// Contrastive multiview coding of two views that colorization and split-brain know: lightness, and
/// ab. Which picture's colors belong to this lightness, and which lightness to these colors?
///
/// It aligns what split-brain predicts, on the same two half trunks.
/// - Source: Tian, Krishnan & Isola, "Contrastive multiview coding", ECCV 2020 (HobbitLong/CMC).
///   README.md says where this one differs.
public struct CMCTask: PretextTask {
  /// The name under `task` in configurations.
  public static let name = "cmc"

  /// Projectors and temperature; the trunk's input is Lab, without choice.
  public struct Settings: PretextSettings {
    /// Channels of the hidden layer of each half's projector; 0 for none, as in the paper.
    public var hidden: Int = 0
    /// Numbers in an embedding.
    public var embedding: Int = 128
    /// What cosines are divided by.
    public var temperature: Double = 0.07

    /// The paper's.
    public init() {}
  }

  /// Lab, always.
  public let preprocessing: Preprocessing
  private let settings: Settings
  private let trunk: TrunkConfiguration

  /// Checks that the trunk can be halved and has an output for crops of this size.
  public init(_ settings: Settings, trunk: TrunkConfiguration, data: PretrainingSource) throws {
    for (setting, value, least) in [
      ("hidden", settings.hidden, 0), ("embedding", settings.embedding, 1),
    ] {
      try ConfigurationError.require(
        value >= least, setting, "must be at least \(least), it is \(value)")
    }
    try ConfigurationError.require(
      settings.temperature > 0 && settings.temperature.isFinite, "temperature",
      "must be positive, it is \(settings.temperature)")
    try trunk.requireForm(size: data.augmentation.size)
    try trunk.requireHalves()
    (self.settings, self.trunk) = (settings, trunk)
    preprocessing = Preprocessing(.lab, size: data.augmentation.size)
  }

  /// `cmc`.
  public var goal: String { Self.name }
  /// Pictures of a step are compared with one another.
  public var lossSpansStep: Bool { true }

  /// The trunk, split, and a projector on the means of each half's features: split-brain's model
  /// with other heads.
  public func model(around stack: Stack, key: RandomKey, on device: Device) -> SplitBrainModel {
    func head(_ name: String) -> Stack {
      Stack([.init("pool", GlobalAveragePooling())]).appending(
        Projector.build(
          trunk.half.outputChannels, hidden: settings.hidden > 0 ? [settings.hidden] : [],
          outputs: settings.embedding, key: key.folding("head").folding(name), on: device))
    }
    return SplitBrainModel(trunk: stack, color: head("color"), lightness: head("lightness"))
  }

  /// Lab pictures.
  public func batch(of samples: [PretextSample]) -> InputBatch {
    InputBatch(
      count: samples.count, channels: 3, size: preprocessing.size,
      input: samples.flatMap { preprocessing.planes(of: $0.crop) })
  }

  /// The sum of the cross-entropies of both choices; reports how many are right of each, and how
  /// far features spread.
  public func loss(
    _ model: inout SplitBrainModel, _ batch: InputBatch, _ pass: inout Pass, on device: Device,
    as dtype: DType
  ) -> TrainingLoop.Loss {
    let halves = model.features(batch.input(on: device, as: dtype), &pass)
    var loss = comparison(
      of: concatenate(
        [model.color.forward(halves[0], &pass), model.lightness.forward(halves[1], &pass)],
        axis: 0))
    loss.metrics.merge(FeatureSpread.metrics(of: concatenate(halves))) { own, _ in own }
    return loss
  }

  /// The loss of embeddings, and how many pictures are found by each half's.
  ///
  /// - Shapes: [2 n, d, …], those of all pictures' lightness and then of their colors; what follows
  ///   d has one element.
  public func comparison(of embeddings: Tensor) -> TrainingLoop.Loss {
    let (count, width) = (embeddings.shape[0] / 2, embeddings.shape[1])
    let unit = Contrast.unit(embeddings.reshaped([2 * count, width]).inFullPrecision)
    let halves = (0..<2).map { unit.sliced(start: [$0 * count, 0], shape: [count, width]) }
    let partners = (0..<count).map(Int32.init)
    let (colors, lightness) = (
      Contrast.choice(
        halves[0], among: halves[1], partners: partners, temperature: settings.temperature),
      Contrast.choice(
        halves[1], among: halves[0], partners: partners, temperature: settings.temperature)
    )
    return .init(
      colors.loss + lightness.loss,
      metrics: ["colorAccuracy": colors.accuracy, "lightnessAccuracy": lightness.accuracy])
  }

  /// Loss and accuracies on held-out pictures, batch by batch: a last batch of fewer compares
  /// fewer.
  public func evaluate(
    _ model: SplitBrainModel, on device: Device, as dtype: DType, next: () throws -> InputBatch?
  ) throws -> Evaluation {
    var mean = BatchMeans()
    while let batch = try next() {
      var (model, pass) = (model, Pass.evaluation)
      mean.add(loss(&model, batch, &pass, on: device, as: dtype), of: batch.count)
    }
    return mean.evaluation
  }
}
