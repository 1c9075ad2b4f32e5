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

/// Turns records into batches; a batch depends on its number and the key alone.
public struct ClassificationFeed: Sendable {
  let dataset: Dataset
  let stream: SampleStream
  let augmentation: Augmentation
  let preprocessing: Preprocessing

  /// A feed of `batchSize` crops per batch from `records`.
  public init(
    dataset: Dataset, records: [Int], batchSize: Int, augmentation: Augmentation,
    preprocessing: Preprocessing, key: RandomKey
  ) {
    self.dataset = dataset
    self.augmentation = augmentation
    self.preprocessing = preprocessing
    stream = SampleStream(records: records, batchSize: batchSize, key: key)
  }

  /// Batch `number`, counted from 0.
  public func batch(_ number: Int) throws -> ClassificationBatch {
    let least = augmentation.sufficientSize
    var (values, targets, mask): ([Float], [Float], [Float]) = ([], [], [])
    let samples = stream.batch(number)
    for sample in samples {
      let picture = try dataset.picture(sample.record, atLeast: (least, least))
      values += preprocessing.planes(of: augmentation.sample(from: picture, key: sample.key))
      for presence in dataset.presence(of: sample.record) ?? [] {
        targets.append(presence > 0 ? 1 : 0)
        mask.append(presence == 0 ? 0 : 1)
      }
    }
    return ClassificationBatch(
      values: values, targets: targets, mask: mask, count: samples.count,
      size: augmentation.size)
  }
}
