public import Configurations
public import Datasets
internal import Files
internal import Foundation
internal import Images
internal import Inputs
internal import Layers
public import Networks
internal import Randomness
public import Runs
public import Statistics
public import Tensors
public import Training

/// Everything the training of a recognizer depends on.
public struct RecognizerConfiguration: Configuration {
  /// Where pictures come from and how they are cut.
  public struct Data: Codable, Hashable, Sendable {
    /// The dataset with labels.
    public var path: String = ""
    /// The split to learn from.
    public var split: String = "train"
    /// The split to report on.
    public var validationSplit: String = "val"
    /// The window each sample is cut from.
    public var augmentation: Augmentation = .init()
    /// Threads that read and prepare batches; the result does not depend on it.
    public var loaderThreads: Int = 2

    /// The defaults.
    public init() {}
  }

  /// Where pictures come from and how they are cut.
  public var data: Data = .init()
  /// The trunk; `inputChannels` is 3.
  public var trunk: TrunkConfiguration = .init(.eccv16, width: 0.25, inputChannels: 3)
  /// The share of features dropped before the classes.
  public var dropout: Double = 0.2
  /// Pictures per step.
  public var batchSize: Int = 32
  /// Steps.
  public var iterations: Int = 3000
  /// The rule of the steps.
  public var optimizer: OptimizerConfiguration = .init()
  /// The learning rate.
  public var schedule: ScheduleConfiguration = .init()
  /// The root of all randomness.
  public var seed: UInt64 = 1
  /// Steps between lines of the journal.
  public var logInterval: Int = 10

  /// A small network for a few thousand pictures.
  public init() {
    optimizer.weightDecay = 1e-4
    optimizer.clipNorm = 10
    schedule.rate = 1e-3
    schedule.decay = .cosine
    schedule.warmup = 50
  }
}

/// One training run of a recognizer: softmax cross-entropy on pictures in their true colors.
public struct RecognizerTraining {
  /// How well it names held-out pictures in their true colors.
  public struct Result: Sendable, Codable {
    /// The share named right, with the bootstrap interval.
    public let top1: Interval
    /// The share that the most frequent class would name right.
    public let chance: Double
  }

  /// Its settings.
  public let configuration: RecognizerConfiguration
  private let dataset: Dataset
  private let train, validation: [Int]
  private let device: Device
  private let key: RandomKey

  /// Opens the data; every problem is found before the first step.
  public init(_ configuration: RecognizerConfiguration, on device: Device = .cpu) throws {
    self.configuration = configuration
    self.device = device
    key = RandomKey(seed: configuration.seed)
    guard !configuration.data.path.isEmpty else {
      throw ConfigurationError(
        place: "data.path", problem: "names no dataset; pigment data build makes one")
    }
    guard configuration.trunk.inputChannels == 3 else {
      throw ConfigurationError(
        place: "trunk.inputChannels",
        problem: "must be 3 (sRGB), it is \(configuration.trunk.inputChannels)")
    }
    guard configuration.batchSize > 0, configuration.iterations > 0 else {
      throw ConfigurationError(
        place: "batchSize, iterations", problem: "must be positive")
    }
    if let problem = configuration.data.augmentation.problem {
      throw ConfigurationError(place: "data.augmentation", problem: problem)
    }
    dataset = try Dataset(opening: configuration.data.path)
    guard dataset.hasNames else {
      throw DatasetError(
        file: configuration.data.path, problem: "has no labels to learn from",
        remedy: "build it from folders of classes, a VOC devkit or scenes")
    }
    train = try dataset.indices(ofSplit: configuration.data.split)
    validation = try dataset.indices(ofSplit: configuration.data.validationSplit)
  }

  /// The content hash of the data.
  public var dataHash: String { dataset.contentSHA256 }

  /// Trains in `folder` and reports on the held-out split; nil where a signal ended it.
  public func run(in folder: RunFolder) throws -> Result? {
    let size = configuration.data.augmentation.size
    let preprocessing = Preprocessing(.rgb, size: size)
    var network = Recognizer.build(
      configuration.trunk, classes: dataset.classes.count, dropout: configuration.dropout, key: key,
      on: device)
    var optimizer = configuration.optimizer.build()
    let samples = SampleStream(
      records: train, batchSize: configuration.batchSize, key: key.folding("data"))
    let session = RunSession<RecognizerBatch>(
      folder, title: "recognizer",
      loop: TrainingLoop(
        iterations: configuration.iterations,
        schedule: configuration.schedule.schedule(iterations: configuration.iterations),
        clipNorm: configuration.optimizer.clipNorm, key: key),
      intervals: .init(log: configuration.logInterval, checkpoint: 0, evaluation: 0),
      stream: (configuration.batchSize, train.count), dataHash: dataHash, notes: try notes(size),
      threads: configuration.data.loaderThreads,
      makeBatch: { [dataset, augmentation = configuration.data.augmentation] number in
        var batch = RecognizerBatch()
        let least = augmentation.sufficientSize
        for sample in samples.batch(number) {
          let picture = try dataset.picture(sample.record, atLeast: (least, least))
          batch.values += preprocessing.planes(
            of: augmentation.sample(from: picture, key: sample.key))
          batch.targets += dataset.names(of: sample.record)
        }
        return batch
      })
    let (device, classes) = (device, dataset.classes.count)
    let outcome = try session.train(
      &network, &optimizer, from: 0,
      loss: { network, batch, pass in
        let count = batch.targets.count / classes
        let logits = network.forward(
          Tensor(batch.values, shape: [count, 3, size, size], on: device), &pass)
        let order = Tensor(
          indices: (0..<batch.targets.count).map { Int32($0 % classes) }, shape: [count, classes],
          on: device)
        let targets = Tensor(batch.targets, shape: [count, classes], on: device)
        return .init(logits.softmaxCrossEntropy(classes: order, weights: targets).mean())
      }, evaluate: { _ in [:] })
    guard outcome == .finished else { return nil }
    let result = try judge(
      Recognizer(
        network: network, preprocessing: preprocessing, classes: dataset.classes, name: folder.path,
        device: device))
    try folder.writeEvaluation(result)
    return result
  }

  private func judge(_ recognizer: Recognizer) throws -> Result {
    let augmentation = configuration.data.augmentation
    let right = try validation.map { record -> Double in
      let picture = try dataset.picture(record, atLeast: (augmentation.size, augmentation.size))
      return recognizer.isRight([augmentation.center(of: picture)], [record], dataset)[0] ? 1 : 0
    }
    let shares = dataset.classes.indices.map { index in
      validation.lazy.map { dataset.names(of: $0)[index] > 0 ? 1.0 : 0 }.mean
    }
    return Result(
      top1: .bootstrap(right, key: key.folding("bootstrap")), chance: shares.max() ?? .nan)
  }

  private func notes(_ size: Int) throws -> [String: String] {
    [
      "trunk": try JSON.text(of: configuration.trunk), "size": "\(size)", "task": Recognizer.task,
      "seed": "\(configuration.seed)", "classes": try JSON.text(of: dataset.classes),
      "preprocessing": try JSON.text(of: Preprocessing(.rgb, size: size)),
    ]
  }
}

/// Pictures and what they show, joined for one step.
struct RecognizerBatch: Sendable {
  /// What the network sees, [n, 3, size, size].
  var values: [Float] = []
  /// The share of each class, [n, classes].
  var targets: [Float] = []
}
