public import ColorScience
public import Datasets
internal import Images
public import Randomness

/// Turns records of a dataset into batches; a batch depends on its number and the key alone, so any
/// thread may make any batch.
public struct ColorizationFeed: Sendable {
  let dataset: Dataset
  let stream: SampleStream
  let augmentation: Augmentation
  let targets: ColorTargets

  /// A feed of `batchSize` crops per batch from `records`.
  public init(
    dataset: Dataset, records: [Int], batchSize: Int, augmentation: Augmentation,
    targets: ColorTargets, key: RandomKey
  ) {
    self.dataset = dataset
    self.augmentation = augmentation
    self.targets = targets
    stream = SampleStream(records: records, batchSize: batchSize, key: key)
  }

  /// Batch `number`, counted from 0. Reads, decodes and encodes; throws with the record's name.
  public func batch(_ number: Int) throws -> ColorizationBatch {
    let least = augmentation.sufficientSize
    return ColorizationBatch(
      try stream.batch(number).map { sample in
        let picture = try dataset.picture(sample.record, atLeast: (least, least))
        return targets.example(of: augmentation.sample(from: picture, key: sample.key))
      })
  }

  /// Batches of centered crops of `records`, in order, for evaluation.
  public static func centered(
    _ dataset: Dataset, records: [Int], batchSize: Int, augmentation: Augmentation,
    targets: ColorTargets
  ) throws -> [ColorizationBatch] {
    try stride(from: 0, to: records.count, by: batchSize).map { start in
      ColorizationBatch(
        try records[start..<min(start + batchSize, records.count)].map { record in
          let picture = try dataset.picture(record, atLeast: (augmentation.size, augmentation.size))
          return targets.example(of: augmentation.center(of: picture))
        })
    }
  }
}

extension ColorPrior {
  /// The prior of a dataset: the mean soft code over centered crops, point-sampled as in training.
  ///
  /// `limit` records are spread evenly over `records`; the result does not depend on anything else.
  public static func measured(
    on dataset: Dataset, records: [Int], limit: Int, augmentation: Augmentation,
    encoder: SoftEncoder, step: Int = 4
  ) throws -> ColorPrior {
    var prior = ColorPrior(binCount: encoder.bins.count)
    let count = min(limit, records.count)
    for place in 0..<count {
      let record = records[place * records.count / count]
      let picture = try dataset.picture(record, atLeast: (augmentation.size, augmentation.size))
      let crop = augmentation.center(of: picture)
      let planes = LabPlanes(rgb: crop.samples)
      var (a, b) = ([Float](), [Float]())
      for row in stride(from: 0, to: crop.height, by: step) {
        for column in stride(from: 0, to: crop.width, by: step) {
          a.append(planes.a[row * crop.width + column])
          b.append(planes.b[row * crop.width + column])
        }
      }
      prior.add(a: a, b: b, encodedBy: encoder)
    }
    return prior
  }
}
