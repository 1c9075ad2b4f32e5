public import Datasets
internal import Images
internal import Inputs
internal import Metrics
public import Networks
public import Randomness
public import Tensors
public import Training

/// Whole pictures and the class of each of their pixels, joined for one pass.
public struct SegmentationBatch: LearningBatch {
  /// What the network sees, [n, channels, height, width]; zero where a picture was filled up.
  public let values: [Float]
  /// The class of each pixel, [n, 1, height, width].
  public let classes: [Int32]
  /// How much each pixel counts: 0 where it is void or filled up, else the weight of its class.
  public let weights: [Float]
  /// Pictures, rows and columns.
  public let count, height, width: Int

  /// Its numbers, to be kept when a run breaks on it.
  public var archive: TensorArchive {
    let shape: Shape = [count, 1, height, width]
    return TensorArchive([
      "input": input(on: .cpu),
      "classes": Tensor(classes.map(Float.init), shape: shape, on: .cpu),
      "weights": Tensor(weights, shape: shape, on: .cpu),
    ])
  }

  /// The network's input on a device.
  public func input(on device: Device) -> Tensor {
    let channels = values.count / (count * height * width)
    return Tensor(values, shape: [count, channels, height, width], on: device)
  }

  /// The mean cross-entropy of scores [n, classes, height, width], weighted by class, over the
  /// pixels that count; 0 where none does.
  ///
  /// - Source: Caffe's `SoftmaxWithLoss` with `ignore_label: 255`, `normalize: true`.
  public func loss(of scores: Tensor) -> Tensor {
    let shape: Shape = [count, 1, height, width]
    let losses = scores.softmaxCrossEntropy(
      classes: Tensor(indices: classes, shape: shape, on: scores.device),
      weights: Tensor(weights, shape: shape, on: scores.device))
    let total = weights.reduce(0) { $0 + Double($1) }
    return losses.sum().scaled(by: total > 0 ? 1 / total : 0)
  }
}

/// Turns records with masks into batches; a batch depends on its number and the key alone.
public struct SegmentationFeed: Sendable {
  /// Rows and columns of a batch are a multiple of this, so that few shapes occur: the plans of a
  /// backend are made anew for every shape.
  public static let sideMultiple = 32

  let dataset: Dataset
  let stream: SampleStream
  let augmentation: SegmentationAugmentation
  let preprocessing: Preprocessing
  /// The weight of background and of each class.
  let classWeights: [Float]

  /// A feed of `batchSize` pictures per batch from `records`. Without weights all count alike.
  public init(
    dataset: Dataset, records: [Int], batchSize: Int, augmentation: SegmentationAugmentation,
    preprocessing: Preprocessing, classWeights: [Float]? = nil, key: RandomKey
  ) {
    self.dataset = dataset
    self.augmentation = augmentation
    self.preprocessing = preprocessing
    self.classWeights =
      classWeights ?? [Float](repeating: 1, count: dataset.classes.count + 1)
    stream = SampleStream(records: records, batchSize: batchSize, key: key)
  }

  /// Batch `number`, counted from 0.
  public func batch(_ number: Int) throws -> SegmentationBatch {
    let samples = try stream.batch(number).map { sample in
      let picture = try dataset.picture(sample.record, .whole)
      let mask = try dataset.mask(sample.record, width: picture.width, height: picture.height)
      return augmentation.sample(from: picture, mask: mask, key: sample.key)
    }
    return SegmentationBatch(
      samples, preprocessing: preprocessing, classWeights: classWeights)
  }
}

extension SegmentationBatch {
  /// Pictures and masks, each filled up on the right and below to a common size.
  init(
    _ samples: [(picture: Picture, mask: Picture)], preprocessing: Preprocessing,
    classWeights: [Float]
  ) {
    count = samples.count
    height = Self.side(samples.map(\.picture.height).max()!)
    width = Self.side(samples.map(\.picture.width).max()!)
    let plane = height * width
    var values = [Float](repeating: 0, count: count * preprocessing.channels.count * plane)
    var classes = [Int32](repeating: 0, count: count * plane)
    var weights = [Float](repeating: 0, count: count * plane)
    for (number, sample) in samples.enumerated() {
      let (rows, columns) = (sample.picture.height, sample.picture.width)
      let planes = preprocessing.planes(of: sample.picture)
      for row in 0..<rows * preprocessing.channels.count {
        let channel = number * preprocessing.channels.count + row / rows
        let to = channel * plane + row % rows * width
        values.replaceSubrange(
          to..<to + columns, with: planes[row * columns..<(row + 1) * columns])
      }
      for row in 0..<rows {
        for column in 0..<columns {
          let label = sample.mask.samples[row * columns + column]
          if label == ConfusionMatrix.void { continue }
          let at = number * plane + row * width + column
          (classes[at], weights[at]) = (Int32(label), classWeights[Int(label)])
        }
      }
    }
    (self.values, self.classes, self.weights) = (values, classes, weights)
  }

  /// The least multiple of `SegmentationFeed.sideMultiple` that holds `length`.
  private static func side(_ length: Int) -> Int {
    let multiple = SegmentationFeed.sideMultiple
    return (length + multiple - 1) / multiple * multiple
  }
}

extension Dataset {
  /// The mask of a record, which must be there, of this size, and hold no index that is no class;
  /// errors name the record.
  func mask(_ record: Int, width: Int, height: Int) throws(DatasetError) -> Picture {
    func error(_ problem: String, _ remedy: String) -> DatasetError {
      DatasetError(
        file: path, record: "record \(record), '\(ids[record])'", problem: problem, remedy: remedy)
    }
    guard let mask = try mask(record) else {
      throw error("it has no mask", "choose a split of records with masks")
    }
    let anew = "run `pigment data verify`, and build the dataset anew"
    guard mask.width == width, mask.height == height else {
      throw error(
        "its mask is \(mask.width) x \(mask.height), but its picture is \(width) x \(height)", anew)
    }
    let label = mask.samples.first { Int($0) > classes.count && $0 != ConfusionMatrix.void }
    if let label {
      throw error("its mask holds \(label), which is none of \(classes.count) classes", anew)
    }
    return mask
  }
}
