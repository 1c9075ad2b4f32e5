internal import Configurations
public import Datasets
internal import Images
internal import Inputs
public import Layers
public import Networks
internal import Processes
public import Randomness
internal import Runs
public import Tensors
internal import Text
public import Training

/// Single-label classification: every picture shows one class, as in CIFAR, ImageNet and folders of
/// classes.
public struct CategorizationTask: TransferTask {
  /// The name in commands, progress and messages.
  public static let name = "categorize"
  /// What it is.
  public static let abstract =
    "Single-label classification (top-1, top-5): every start with every seed, and a table."

  /// Its settings.
  public let settings: CategorizationConfiguration
  /// The pictures.
  public let dataset: Dataset
  /// The records to learn from.
  public let train: [Int]
  private let test: [Int]
  private let device: Device

  /// Opens the data; every problem is found before the first step.
  public init(
    _ settings: CategorizationConfiguration, for use: TaskUse, on device: Device
  ) throws {
    self.settings = settings
    self.device = device
    let data = settings.data
    dataset = try Dataset(opening: data.path)
    guard dataset.count > 0, dataset.labels != nil else {
      throw DatasetError(
        file: data.path, problem: "has no single label for each picture",
        remedy: "build it from CIFAR or from folders of classes; pigment transfer classify takes "
          + "pictures with several labels")
    }
    test = try dataset.indices(ofSplit: data.testSplit)
    guard use == .learning else {
      train = []
      return
    }
    let all = try dataset.indices(ofSplit: data.trainSplit)
    try dataset.requireDisjoint(learning: data.trainSplit, testing: data.testSplit)
    train = try TrainingSubset(pictures: data.trainPictures, fraction: data.trainFraction)
      .records(of: all, in: dataset, key: RandomKey(seed: settings.seed).folding("subset"))
  }

  /// Whether all pictures are of one class.
  public func labelWarnings(of records: [Int]) -> [String] {
    ConstantLabels.ofPictures(dataset, records)
  }

  /// Test pictures.
  public var testCount: Int { test.count }

  /// The features of a trunk, averaged, and a classifier.
  public func network(
    on trunk: Stack, _ preprocessing: Preprocessing, key: RandomKey
  ) throws -> TransferNetwork<Network> {
    try settings.network(
      on: trunk, preprocessing, classes: dataset.classes.count, key: key, on: device)
  }

  /// Crops with their labels.
  public func batches(
    of records: [Int], _ preprocessing: Preprocessing, key: RandomKey
  ) -> @Sendable (Int) throws -> CategorizationBatch {
    let feed = CropFeed(
      dataset: dataset,
      stream: SampleStream(records: records, batchSize: settings.batchSize, key: key),
      augmentation: settings.data.augmentation, preprocessing: preprocessing)
    return { number in
      let (values, records) = try feed.crops(number)
      let size = feed.augmentation.size
      return CategorizationBatch(
        values: values, labels: records.map { Int32(feed.dataset.label(of: $0)!) },
        shape: [records.count, values.count / (records.count * size * size), size, size])
    }
  }

  /// The mean softmax cross-entropy.
  public func loss(
    _ network: inout Network, _ batch: CategorizationBatch, frozen: [String], _ pass: inout Pass
  ) -> TrainingLoop.Loss {
    let logits = settings.logits(of: &network, batch.input(on: device), frozen: frozen, &pass)
    let count = batch.labels.count
    return .init(
      logits.softmaxCrossEntropy(
        classes: Tensor(indices: batch.labels, shape: [count, 1], on: device),
        weights: Tensor(filledWith: 1, shape: [count, 1], on: device)
      ).mean())
  }

  /// The fraction of pictures whose class scores highest.
  public func metrics(
    of network: Network, _ preprocessing: Preprocessing, on records: [Int]
  ) throws -> [String: Double] {
    let ranks = try ranks(network, preprocessing, records)
    return ["validation/accuracy": Double(ranks.count { $0 == 0 }) / Double(ranks.count)]
  }

  /// Top-1 and top-5 accuracy on the test split.
  public func result(
    of network: Network, _ preprocessing: Preprocessing, _ record: RunRecord, in folder: String
  ) throws -> CategorizationResult {
    CategorizationResult(
      run: record, ranks: try ranks(network, preprocessing, test, title: "test"),
      labels: test.map { dataset.label(of: $0)! }, classes: dataset.classes)
  }

  /// How many classes score as high as each picture's own, or higher: 0 is right, and a tie is an
  /// error, so that a network which scores all alike gets nothing.
  private func ranks(
    _ network: Network, _ preprocessing: Preprocessing, _ records: [Int], title: String? = nil
  ) throws -> [Int] {
    let scores = try settings.scores(
      of: network, preprocessing, for: records, in: dataset, on: device, title: title)
    return zip(records, scores).map { record, scores in
      let label = dataset.label(of: record)!
      return scores.indices.count { $0 != label && !(scores[$0] < scores[label]) }
    }
  }
}

/// Crops with one label each, joined for one step.
public struct CategorizationBatch: LearningBatch {
  /// What the network sees of each picture, [n, channels, size, size].
  public let values: [Float]
  /// The class of each: [n].
  public let labels: [Int32]
  /// The shape of `values`.
  let shape: [Int]

  /// The network's input on a device.
  public func input(on device: Device) -> Tensor {
    Tensor(values, shape: Shape(shape), on: device)
  }

  /// Its numbers, to be kept when a run breaks on it.
  public var archive: TensorArchive {
    TensorArchive([
      "input": input(on: .cpu),
      "labels": Tensor(labels.map(Float.init), shape: [labels.count], on: .cpu),
    ])
  }
}
