public import Datasets
public import Images
internal import Randomness

/// The pictures of a run: an open dataset, what to learn from, and what to judge by.
public struct PretrainingSource: Sendable {
  /// The dataset.
  public let dataset: Dataset
  /// Records to learn from.
  public let train: [Int]
  /// Records to judge by.
  public let validation: [Int]
  /// The window each sample is cut from.
  public let augmentation: Augmentation

  /// Opens the dataset; a missing split or an empty one is an error.
  public init(_ settings: PretrainingData) throws {
    dataset = try Dataset(opening: settings.path)
    train = try dataset.indices(ofSplit: settings.split)
    validation = Array(
      try dataset.indices(ofSplit: settings.validationSplit).prefix(settings.validationPictures))
    augmentation = settings.augmentation
    guard !train.isEmpty else {
      throw DatasetError(
        file: settings.path, problem: "split '\(settings.split)' is empty",
        remedy: "choose another data.split")
    }
  }

  /// The centered crop of a record, decoded whole.
  public func center(of record: Int) throws -> Picture {
    augmentation.center(of: try dataset.picture(record, .whole))
  }

  /// The crop that a sample of the stream stands for, of a JPEG perhaps decoded smaller.
  func crop(_ sample: SampleStream.Sample) throws -> PretextSample {
    let picture = try dataset.picture(sample.record, augmentation.decodingSize)
    return PretextSample(
      crop: augmentation.sample(from: picture, key: sample.key), key: sample.key)
  }
}
