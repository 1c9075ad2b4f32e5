public import Datasets
public import Images
public import Randomness

/// What training makes of a picture in an epoch: its crop, and the mask of that where masks are
/// learned from.
public struct SampleCrops: Sendable {
  /// A crop and its mask.
  public typealias Crop = (picture: Picture, mask: Picture?)

  /// The crop of a record in an epoch, counted from 0.
  public var crop: @Sendable (_ record: Int, _ epoch: Int) throws -> Crop

  /// Crops that are cut so, from the randomness that a run of this seed has for the record and the
  /// epoch.
  public init(
    seed: UInt64,
    cut: @escaping @Sendable (_ record: Int, _ key: RandomKey) throws -> Crop
  ) {
    // As runs draw: samples know seed, epoch and record alone, so a stream of one record will do.
    let key = RandomKey(seed: seed).folding("data")
    crop = { record, epoch in
      let stream = SampleStream(records: [record], batchSize: 1, key: key)
      return try cut(record, stream.batch(epoch)[0].key)
    }
  }

  /// The crops of pretraining and of classifiers.
  public init(by augmentation: Augmentation, from dataset: Dataset, seed: UInt64) {
    self.init(seed: seed) { record, key in
      let picture = try dataset.picture(record, augmentation.decodingSize)
      return (augmentation.sample(from: picture, key: key), nil)
    }
  }
}
