public import Datasets
internal import Inputs
public import Networks
public import Randomness
public import Tensors

/// The training pictures of a task, from which some starts learn.
public struct StartPictures: Sendable {
  /// The largest crops that are worth their memory: patches and statistics are the same in larger
  /// ones.
  static let largest = 256

  private let dataset: Dataset
  private let records: [Int]

  /// The training records of a dataset.
  public init(_ dataset: Dataset, _ records: [Int]) {
    self.dataset = dataset
    self.records = records
  }

  /// `count` random crops of `size` x `size`, of as many pictures while there are some, in batches
  /// of 16 at most; the same key gives the same ones.
  /// - Shapes: [n, channels, size, size].
  public func batches(
    _ count: Int, size: Int, _ preprocessing: Preprocessing, key: RandomKey, on device: Device
  ) throws -> [Tensor] {
    var augmentation = Augmentation()
    augmentation.size = size
    let stream = SampleStream(records: records, batchSize: max(1, count), key: key)
    let samples = stream.batch(0)
    return try stride(from: 0, to: samples.count, by: 16).map { begin in
      let crops = try samples[begin..<min(begin + 16, samples.count)].map { sample in
        augmentation.sample(
          from: try dataset.picture(sample.record, augmentation.decodingSize), key: sample.key)
      }
      return preprocessing.input(of: crops, on: device)
    }
  }
}
