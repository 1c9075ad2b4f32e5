public import Datasets
public import Layers
public import Networks
public import Randomness
public import Runs
public import Tensors

/// Something that can be trained in a run folder: a pretext task, a transfer task, a recognizer.
///
/// A task says what its data, model, batches and loss are, how held-out pictures judge the model on
/// the way, and what came out at the end. Data order, precision, optimizer, checkpoints, signals
/// and all else that a run needs are `LearningRun`'s, the same for every task.
///
/// A model may consist of several networks. What it must remember between steps besides weights
/// (queues, moving averages) are tensors with the role `.statistic`, which `loss` may replace:
/// checkpoints hold them, and optimizers leave them alone.
public protocol LearningTask {
  /// Everything that a run depends on.
  associatedtype Settings: RunConfiguration
  /// What is trained.
  associatedtype Model: Parameterized
  /// What one pass learns from.
  associatedtype Batch: LearningBatch
  /// What comes out at the end; `Never` where a run ends with its checkpoints.
  associatedtype Result: Codable & Sendable = Never

  /// What the progress of its runs is called, such as `classify`.
  static var title: String { get }
  /// The settings of the run.
  var settings: Settings { get }
  /// Where it computes.
  var device: Device { get }
  /// The pictures.
  var dataset: Dataset { get }
  /// The order in which samples are learned from; `batchSize` of them make one batch.
  var stream: SampleStream { get }
  /// Threads that make batches; the result does not depend on it.
  var loaderThreads: Int { get }
  /// How much the weights of the trunk weigh beside the pictures of a batch; nil where pictures
  /// have no size of their own.
  var weightUse: WeightUse? { get }
  /// Whether a loss relates all samples of a step to each other, so that a step must be one pass:
  /// `accumulation` is then 1.
  var lossSpansStep: Bool { get }

  /// What is unusual about settings and pictures, a sentence each, to be said before the first
  /// step.
  var warnings: [String] { get throws }
  /// The least memory that a step takes, from shapes; nil where it is not known beforehand.
  var memoryNeed: MemoryNeed? { get throws }
  /// The name of a number of `loss` that is 0 where the model is perfect and the loss is not; nil
  /// where the loss itself is 0.
  var excess: String? { get }
  /// The seconds that `result` will take for a model, from a few pictures; 0 where nothing is
  /// tested.
  func secondsOfTest(_ model: Model) throws -> Double
  /// The same task with its data opened anew, which then lack what is damaged
  /// (`DamagedRecords.leftOut`). One that gives itself ends where it meets a damaged record.
  func reopened() throws -> Self
  /// Throws unless a run that saved `checkpoint` in `folder` had this task's data; `LearningRun`
  /// has compared the content of the data set already.
  func check(_ checkpoint: Checkpoint, in folder: RunFolder) throws
  /// The model with its first weights, drawn or loaded, and what its checkpoints say of it.
  ///
  /// A run that resumes hands in its checkpoint, whose weights will replace these. `say` writes a
  /// line in the journal.
  func prepare(
    resuming checkpoint: Checkpoint?, say: (String) throws -> Void
  ) throws -> PreparedModel<Model>
  /// What makes batch i, on several threads at once; a batch depends on its number and the seed
  /// alone.
  func batches() throws -> @Sendable (_ number: Int) throws -> Batch
  /// The loss of one pass.
  func loss(
    _ model: inout Model, _ batch: Batch, _ pass: inout Pass
  ) throws -> TrainingLoop.Loss
  /// Whether there is something to evaluate by on the way.
  var isEvaluated: Bool { get }
  /// Judges a model by pictures that it does not learn from, and never by those of the test.
  func evaluate(_ model: Model) throws -> Evaluation
  /// What the trained model comes to; files beside `evaluation.json` may go to `folder`. `selected`
  /// is the step of its weights where the best checkpoint was chosen; nil where they are the last.
  func result(of model: Model, selected: Int?, in folder: RunFolder) throws -> Result?
}

extension LearningTask {
  /// Unknown.
  public var memoryNeed: MemoryNeed? { nil }
  /// The loss is 0.
  public var excess: String? { nil }
  /// Nothing is unusual.
  public var warnings: [String] { [] }
  /// Nothing is tested.
  public func secondsOfTest(_ model: Model) throws -> Double { 0 }
  /// Itself.
  public func reopened() throws -> Self { self }
  /// Nothing else to compare.
  public func check(_ checkpoint: Checkpoint, in folder: RunFolder) throws {}
  /// Unknown.
  public var weightUse: WeightUse? { nil }
  /// Samples stand for themselves.
  public var lossSpansStep: Bool { false }
  /// The root of all that the run draws.
  public var key: RandomKey { RandomKey(seed: settings.run.seed) }
  /// The content hash of the data.
  public var dataHash: String { dataset.contentSHA256 }
}

extension LearningTask where Result == Never {
  /// The checkpoints are the result.
  public func result(of model: Model, selected: Int?, in folder: RunFolder) throws -> Never? {
    nil
  }
}

/// What one pass learns from: plain arrays, so that worker threads can make it.
public protocol LearningBatch: Sendable {
  /// Its numbers, to be kept when a run breaks on it.
  var archive: TensorArchive { get }
}

/// A model that is ready to learn.
public struct PreparedModel<Model: Parameterized> {
  /// The model.
  public var model: Model
  /// What its checkpoints say of it, by name.
  public var notes: [String: String]
  /// Factor of the configured weight decay.
  public var decayFactor = 1.0
  /// Factors of rate and decay for some of its parameters.
  public var multipliers: [Multiplier] = []
  /// Whether a parameter learns.
  public var isTrained: (NamedTensor) -> Bool = { _ in true }

  /// A model all of whose parameters learn alike.
  public init(_ model: Model, notes: [String: String]) {
    self.model = model
    self.notes = notes
  }
}
