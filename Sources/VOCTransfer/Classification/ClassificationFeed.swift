public import Datasets
internal import Inputs
public import Networks
public import Randomness
public import Tensors
public import Training

/// Pictures with multi-label targets, joined for one step.
public struct ClassificationBatch: LearningBatch {
  /// What the network sees of each picture, [n, channels, size, size].
  public let values: [Float]
  /// 1 where the class is present, else 0: [n, classes].
  public let targets: [Float]
  /// 0 where only difficult objects are present (ignored), else 1: [n, classes].
  public let mask: [Float]
  /// Pictures.
  public let count: Int
  /// Rows and columns of each.
  public let size: Int

  /// Its numbers, to be kept when a run breaks on it.
  public var archive: TensorArchive {
    let (targets, mask) = labels(on: .cpu)
    return TensorArchive(["input": input(on: .cpu), "targets": targets, "mask": mask])
  }

  /// The network's input on a device.
  public func input(on device: Device) -> Tensor {
    Tensor(
      values, shape: [count, values.count / (count * size * size), size, size], on: device)
  }

  /// Targets and mask on a device, [n, classes] both.
  public func labels(on device: Device) -> (targets: Tensor, mask: Tensor) {
    let shape: Shape = [count, targets.count / count]
    return (
      Tensor(targets, shape: shape, on: device), Tensor(mask, shape: shape, on: device)
    )
  }
}

/// Turns records into crops; a batch depends on its number and the key alone.
struct CropFeed: Sendable {
  let dataset: Dataset
  let stream: SampleStream
  let augmentation: Augmentation
  let preprocessing: Preprocessing

  /// What the network sees of batch `number`, and the records.
  func crops(_ number: Int) throws -> (values: [Float], records: [Int]) {
    let samples = stream.batch(number)
    let values = try samples.flatMap { sample in
      let picture = try dataset.picture(sample.record, augmentation.decodingSize)
      return preprocessing.planes(of: augmentation.sample(from: picture, key: sample.key))
    }
    return (values, samples.map(\.record))
  }
}

/// Turns records into batches; a batch depends on its number and the key alone.
public struct ClassificationFeed: Sendable {
  private let feed: CropFeed

  /// A feed of `batchSize` crops per batch from `records`.
  public init(
    dataset: Dataset, records: [Int], batchSize: Int, augmentation: Augmentation,
    preprocessing: Preprocessing, key: RandomKey
  ) {
    feed = CropFeed(
      dataset: dataset,
      stream: SampleStream(records: records, batchSize: batchSize, key: key),
      augmentation: augmentation, preprocessing: preprocessing)
  }

  /// Batch `number`, counted from 0.
  public func batch(_ number: Int) throws -> ClassificationBatch {
    let (values, records) = try feed.crops(number)
    let labels = records.flatMap { feed.dataset.presence(of: $0) ?? [] }
    return ClassificationBatch(
      values: values, targets: labels.map { $0 > 0 ? 1 : 0 }, mask: labels.map { $0 == 0 ? 0 : 1 },
      count: records.count, size: feed.augmentation.size)
  }
}
