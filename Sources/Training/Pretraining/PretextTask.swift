public import Images
public import Layers
public import Networks
public import Randomness
public import Runs
public import Tensors

/// Something that a trunk can be made to learn from pictures without labels: colorization, or one
/// of its rivals.
///
/// A task says only what is its own: what a picture becomes, what surrounds the trunk, the loss,
/// and how to judge. Data order, precision, optimizer, checkpoints and all else that a run needs
/// are `LearningRun`'s, the same for every task.
public protocol PretextTask: Sendable {
  /// The task's own settings, under `objective` in configurations.
  associatedtype Settings: PretextSettings
  /// What one pass learns from.
  associatedtype Batch: PretextBatch
  /// The trunk and what surrounds it while it learns.
  associatedtype Model: PretextModel = Network

  /// The name under `task` in configurations, such as `colorization`.
  static var name: String { get }
  /// Inputs of the network that a picture of a batch becomes; what is counted as images seen.
  static var inputsOfPicture: Int { get }

  /// A task ready to make batches; what it must measure of the data it measures here. Throws a
  /// `ConfigurationError` where settings, trunk and data do not fit.
  init(_ settings: Settings, trunk: TrunkConfiguration, data: PretrainingSource) throws

  /// What is learned, in one word for tables: `colorization-classification`.
  var goal: String { get }
  /// How a picture becomes the trunk's input.
  var preprocessing: Preprocessing { get }
  /// What of a picture a sample holds.
  var window: SampleWindow { get }
  /// Factor of the configured weight decay, where a published loss is a sum and this one a mean.
  var decayFactor: Double { get }
  /// Factors of rate and decay for parts of the model, by name, such as an adversary that learns at
  /// its own pace.
  var multipliers: [Multiplier] { get }
  /// Whether the loss relates all samples of a step to each other, as contrastive losses do.
  var lossSpansStep: Bool { get }
  /// The name of a number of `loss` that is 0 where the model is perfect and the loss is not; nil
  /// where the loss itself is 0.
  var excess: String? { get }
  /// What to know of settings and pictures before a run; empty where nothing is unusual.
  var warnings: [String] { get }
  /// What checkpoints say besides, so that the network can be built again from the file alone.
  var notes: [String: String] { get throws }

  /// The model around a trunk, the rest drawn from `key`.
  func model(around trunk: Stack, key: RandomKey, on device: Device) -> Model
  /// The pictures that a sample becomes, to look at.
  func pictures(of sample: PretextSample) -> [Picture]
  /// The batch that crops become; called on several threads at once.
  func batch(of samples: [PretextSample]) throws -> Batch
  /// The same where the loss is computed on `device`, which may make part of it itself.
  func batch(of samples: [PretextSample], for device: Device) throws -> Batch
  /// The loss of one pass; the network's input has the type `dtype`.
  func loss(
    _ model: inout Model, _ batch: Batch, _ pass: inout Pass, on device: Device, as dtype: DType
  ) throws -> TrainingLoop.Loss
  /// Judges a model by centered crops of held-out pictures; `next` gives nil after the last batch.
  func evaluate(
    _ model: Model, on device: Device, as dtype: DType, next: () throws -> Batch?
  ) throws -> Evaluation
}

extension PretextTask {
  /// A picture is seen once.
  public static var inputsOfPicture: Int { 1 }
  /// The crop that augmentation made.
  public var window: SampleWindow { .augmented }
  /// The crop.
  public func pictures(of sample: PretextSample) -> [Picture] { [sample.crop] }
  /// None.
  public var decayFactor: Double { 1 }
  /// None.
  public var multipliers: [Multiplier] { [] }
  /// The loss is 0.
  public var excess: String? { nil }
  /// None.
  public var warnings: [String] { [] }
  /// Samples stand for themselves.
  public var lossSpansStep: Bool { false }
  /// None.
  public var notes: [String: String] { [:] }

  /// The same for all devices.
  public func batch(of samples: [PretextSample], for device: Device) throws -> Batch {
    try batch(of: samples)
  }
}

/// A task's own settings: values with defaults.
public protocol PretextSettings: Codable, Hashable, Sendable {
  /// The defaults.
  init()
}

/// What one pass learns from: plain arrays, so that worker threads can make it.
public protocol PretextBatch: LearningBatch {
  /// Pictures in it.
  var count: Int { get }
}

/// A model with a trunk in it.
///
/// In checkpoints the trunk's tensors stand under their own names and all others under `head.`, so
/// that the trunk of every task leaves through the same door.
public protocol PretextModel: Layers.Parameterized {
  /// What is kept when the task is done. A model that cannot work with every trunk makes one that
  /// it is given into one that it can.
  var trunk: Stack { get set }
}

extension Network: PretextModel {}

/// What of a picture a task is given.
public enum SampleWindow: Sendable, Hashable {
  /// What `data.augmentation` cuts out of it, at its size.
  case augmented
  /// All of it, for a task that cuts out several windows itself; in training, JPEG files may be
  /// decoded at this size.
  case whole(DecodingSize)
}

/// One crop of a picture, and the randomness that belongs to it.
public struct PretextSample: Sendable {
  /// The crop; the whole picture where the task asks for that (`SampleWindow`).
  public let crop: Picture
  /// The sample's key; the augmentation has drawn from it, so draw from its children.
  public let key: RandomKey

  /// A crop with its key.
  public init(crop: Picture, key: RandomKey) {
    self.crop = crop
    self.key = key
  }
}
