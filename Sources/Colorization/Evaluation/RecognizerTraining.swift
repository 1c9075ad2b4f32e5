internal import Configurations
public import Datasets
internal import Images
internal import Inputs
public import Layers
public import Networks
internal import Randomness
public import Runs
public import Statistics
public import Tensors
public import Training

/// Everything the training of a recognizer depends on.
public struct RecognizerConfiguration: RunConfiguration {
  /// Where pictures come from and how they are cut.
  public struct Data: Codable, Hashable, Sendable {
    /// The dataset with labels.
    public var path: String = ""
    /// The split to learn from.
    public var split: String = "train"
    /// The split to report on.
    public var validationSplit: String = "val"
    /// The window each sample is cut from, for which JPEG files may be decoded smaller
    /// (`Augmentation.decodingSize`); what is evaluated is decoded whole.
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
  /// What every run can be told.
  public var run: RunSettings = .ofLabels

  /// A small network for a few thousand pictures.
  public init() {
    run.batchSize = 32
    run.iterations = 3000
    run.optimizer.weightDecay = 1e-4
    run.optimizer.clipNorm = 10
    run.schedule.rate = 1e-3
    run.schedule.decay = .cosine
    run.schedule.warmup = 50
  }

  /// The dataset.
  public static var contentPaths: [WritableKeyPath<Self, String>] { [\.data.path] }

  /// The settings of the first release, as digests of runs have them.
  public static var firstSettings: [String]? {
    [
      "data", "trunk", "dropout", "batchSize", "iterations", "optimizer", "schedule", "seed",
      "logInterval",
    ]
  }
}

/// The training of a recognizer: softmax cross-entropy on pictures in their true colors.
public struct RecognizerTraining: LearningTask {
  /// How well it names held-out pictures in their true colors.
  public struct Result: Sendable, Codable {
    /// The share named right, with Wilson's interval over pictures.
    public let top1: Interval
    /// The share that the most frequent class would name right.
    public let chance: Double
  }

  /// The title of its progress.
  public static let title = "recognizer"
  /// Its settings.
  public let settings: RecognizerConfiguration
  /// The pictures.
  public let dataset: Dataset
  /// The order in which pictures are learned from.
  public let stream: SampleStream
  /// Where it computes.
  public let device: Device
  private let validation: [Int]

  /// Opens the data; every problem is found before the first step.
  public init(_ settings: RecognizerConfiguration, on device: Device = .cpu) throws {
    self.settings = settings
    self.device = device
    let data = settings.data
    guard !data.path.isEmpty else {
      throw ConfigurationError(
        place: "data.path", problem: "names no dataset; pigment data build makes one")
    }
    guard settings.trunk.inputChannels == 3 else {
      throw ConfigurationError(
        place: "trunk.inputChannels",
        problem: "must be 3 (sRGB), it is \(settings.trunk.inputChannels)")
    }
    try settings.run.check()
    guard settings.selection.metric.isEmpty else {
      throw ConfigurationError(
        place: "selection.metric",
        problem: "would choose by the very pictures that the result is of; leave it empty")
    }
    if let problem = data.augmentation.problem {
      throw ConfigurationError(place: "data.augmentation", problem: problem)
    }
    dataset = try Dataset(opening: data.path)
    guard dataset.hasNames else {
      throw DatasetError(
        file: data.path, problem: "has no labels to learn from",
        remedy: "build it from folders of classes, a VOC devkit or scenes")
    }
    stream = SampleStream(
      records: try dataset.indices(ofSplit: data.split), batchSize: settings.batchSize,
      key: RandomKey(seed: settings.seed).folding("data"))
    validation = try dataset.indices(ofSplit: data.validationSplit)
  }

  /// Threads that make batches.
  public var loaderThreads: Int { settings.data.loaderThreads }
  /// That of the trunk on pictures as augmentation cuts them.
  public var weightUse: WeightUse? {
    settings.trunk.weightUse(size: settings.data.augmentation.size)
  }
  /// Whether there are held-out pictures.
  public var isEvaluated: Bool { !validation.isEmpty }

  private var preprocessing: Preprocessing {
    Preprocessing(.rgb, size: settings.data.augmentation.size)
  }

  /// The same with its data opened anew.
  public func reopened() throws -> Self { try Self(settings, on: device) }

  /// A network with weights drawn from the seed.
  public func prepare(
    resuming checkpoint: Checkpoint?, say: (String) throws -> Void
  ) throws -> PreparedModel<Network> {
    PreparedModel(
      Recognizer.build(
        settings.trunk, classes: dataset.classes.count, dropout: settings.dropout, key: key,
        on: device),
      notes: [
        "trunk": try Checkpoint.note(settings.trunk), "size": "\(preprocessing.size)",
        "task": Recognizer.task, "seed": "\(settings.seed)",
        "classes": try Checkpoint.note(dataset.classes),
        "preprocessing": try Checkpoint.note(preprocessing),
      ])
  }

  /// Crops and the shares of their classes.
  public func batches() -> @Sendable (Int) throws -> RecognizerBatch {
    let (dataset, stream, preprocessing) = (dataset, stream, preprocessing)
    let augmentation = settings.data.augmentation
    return { number in
      var batch = RecognizerBatch(classes: dataset.classes.count, size: augmentation.size)
      for sample in stream.batch(number) {
        let picture = try dataset.picture(sample.record, augmentation.decodingSize)
        batch.values += preprocessing.planes(
          of: augmentation.sample(from: picture, key: sample.key))
        batch.targets += dataset.names(of: sample.record)
      }
      return batch
    }
  }

  /// Softmax cross-entropy with the shares of the classes.
  public func loss(
    _ network: inout Network, _ batch: RecognizerBatch, _ pass: inout Pass
  ) -> TrainingLoop.Loss {
    let (input, targets) = batch.tensors(on: device)
    let logits = network.forward(input.converted(to: settings.precision.dtype), &pass)
      .inFullPrecision
    let order = Tensor(
      indices: (0..<targets.shape.count).map { Int32($0 % batch.classes) }, shape: targets.shape,
      on: device)
    return .init(logits.softmaxCrossEntropy(classes: order, weights: targets).mean())
  }

  /// The share of held-out pictures named right.
  public func evaluate(_ network: Network) throws -> Evaluation {
    ["validation/top1": try right(network).mean]
  }

  /// The same with its interval.
  public func result(
    of network: Network, selected: Int?, in folder: RunFolder
  ) throws -> Result? {
    let shares = dataset.classes.indices.map { index in
      validation.lazy.map { dataset.names(of: $0)[index] > 0 ? 1.0 : 0 }.mean
    }
    return Result(
      top1: .share(try right(network).count { $0 == 1 }, of: validation.count),
      chance: shares.max() ?? .nan)
  }

  /// 1 for each held-out picture that is named right, else 0.
  private func right(_ network: Network) throws -> [Double] {
    let recognizer = Recognizer(
      network: network, preprocessing: preprocessing, classes: dataset.classes, name: "",
      device: device)
    let augmentation = settings.data.augmentation
    return try validation.map { record in
      let picture = try dataset.picture(record, .whole)
      return recognizer.isRight([augmentation.center(of: picture)], [record], dataset)[0] ? 1 : 0
    }
  }
}

/// Pictures and what they show, joined for one step.
public struct RecognizerBatch: LearningBatch {
  /// Classes, and rows and columns of each picture.
  let classes, size: Int
  /// What the network sees, [n, 3, size, size].
  var values: [Float] = []
  /// The share of each class, [n, classes].
  var targets: [Float] = []

  init(classes: Int, size: Int) { (self.classes, self.size) = (classes, size) }

  func tensors(on device: Device) -> (input: Tensor, targets: Tensor) {
    let count = targets.count / classes
    return (
      Tensor(values, shape: [count, 3, size, size], on: device),
      Tensor(targets, shape: [count, classes], on: device)
    )
  }

  /// Its numbers, to be kept when a run breaks on it.
  public var archive: TensorArchive {
    let (input, targets) = tensors(on: .cpu)
    return TensorArchive(["input": input, "targets": targets])
  }
}
