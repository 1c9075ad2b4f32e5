public import Datasets
internal import Images
internal import Inputs
internal import Metrics
public import Networks
public import Randomness
public import Tensors
public import Training

/// Pictures with labeled regions, joined for one step.
public struct DetectionBatch: LearningBatch {
  /// What the network sees, [n, channels, height, width]; smaller pictures have zeros on their
  /// right and below.
  public let values: [Float]
  /// The shape of `values`.
  public let shape: [Int]
  /// Rows (image, x1, y1, x2, y2) in pixels of the network's input: [r, 5].
  public let regions: [Float]
  /// 0 for the background, else 1 + the class: [r].
  public let labels: [Int32]
  /// The code of each region's object; zeros for the background: [r, 4].
  public let codes: [Float]

  /// Regions.
  public var count: Int { labels.count }

  /// Its numbers, to be kept when a run breaks on it.
  public var archive: TensorArchive {
    TensorArchive([
      "input": input(on: .cpu), "regions": Tensor(regions, shape: [count, 5], on: .cpu),
      "labels": Tensor(labels.map(Float.init), shape: [count], on: .cpu),
      "codes": Tensor(codes, shape: [count, 4], on: .cpu),
    ])
  }

  /// The input on a device.
  public func input(on device: Device) -> Tensor {
    Tensor(values, shape: Shape(shape), on: device)
  }
}

/// Turns records into batches; a batch depends on its number and the key alone.
public struct DetectionFeed: Sendable {
  let dataset: Dataset
  let proposals: ProposalFile
  let settings: DetectionConfiguration
  let preprocessing: Preprocessing
  private let stream: SampleStream

  /// A feed over `records`, which show objects.
  public init(
    dataset: Dataset, proposals: ProposalFile, records: [Int], settings: DetectionConfiguration,
    preprocessing: Preprocessing, key: RandomKey
  ) {
    self.dataset = dataset
    self.proposals = proposals
    self.settings = settings
    self.preprocessing = preprocessing
    stream = SampleStream(records: records, batchSize: settings.batchSize, key: key)
  }

  /// Batch `number`, counted from 0.
  public func batch(_ number: Int) throws -> DetectionBatch {
    let samples = try stream.batch(number).map { try sample($0.record, key: $0.key) }
    let height = samples.map { $0.picture.height }.max()!
    let width = samples.map { $0.picture.width }.max()!
    let channels = preprocessing.channels.count
    var values = [Float](repeating: 0, count: samples.count * channels * height * width)
    var (regions, labels, codes): ([Float], [Int32], [Float]) = ([], [], [])
    for (image, sample) in samples.enumerated() {
      let picture = sample.picture
      let planes = preprocessing.planes(of: picture)
      for row in 0..<channels * picture.height {
        let (channel, y) = (row / picture.height, row % picture.height)
        let start = ((image * channels + channel) * height + y) * width
        values.replaceSubrange(
          start..<start + picture.width,
          with: planes[row * picture.width..<(row + 1) * picture.width])
      }
      for region in sample.regions {
        let box = region.box
        regions += [Float(image)] + [box.xMin, box.yMin, box.xMax, box.yMax].map { Float($0) }
        labels.append(Int32(region.label))
        codes +=
          region.object.map { settings.coding.encode($0, from: box).map { Float($0) } }
          ?? [0, 0, 0, 0]
      }
    }
    return DetectionBatch(
      values: values, shape: [samples.count, channels, height, width], regions: regions,
      labels: labels, codes: codes)
  }

  /// A picture at a drawn scale, perhaps mirrored, with its regions in its own pixels.
  private func sample(
    _ record: Int, key: RandomKey
  ) throws -> (picture: Picture, regions: [LabeledRegion]) {
    var stream = key.stream()
    let scales = settings.scales
    let side = scales.training[stream.index(below: scales.training.count)]
    let mirrored = stream.chance(0.5) && scales.mirrors
    let original = dataset.size(of: record)
    let size = PictureScale(original, shorterSide: side, limit: scales.trainingLimit)
    let regions = settings.sampling.sample(
      proposals: proposals.boxes(of: record).map { DetectionBox($0) },
      objects: dataset.boxes(of: record), key: key.folding("regions"))
    return (
      size.picture(
        try dataset.picture(record, .reduced(width: size.width, height: size.height)),
        mirrored: mirrored),
      regions.map { region in
        func moved(_ box: DetectionBox) -> DetectionBox {
          (mirrored ? box.mirrored(width: original.width) : box).scaled(x: size.x, y: size.y)
        }
        return LabeledRegion(
          box: moved(region.box), label: region.label, object: region.object.map(moved))
      }
    )
  }
}

/// The size at which a picture enters the network.
struct PictureScale {
  /// Columns and rows.
  let width, height: Int
  /// Columns and rows per column and row of the original.
  let x, y: Double

  /// The shorter side becomes `shorterSide`, or less where the longer one would exceed `limit`.
  init(_ original: (width: Int, height: Int), shorterSide: Int, limit: Int) {
    let factor = min(
      Double(shorterSide) / Double(min(original.width, original.height)),
      Double(limit) / Double(max(original.width, original.height)))
    width = max(1, Int((Double(original.width) * factor).rounded()))
    height = max(1, Int((Double(original.height) * factor).rounded()))
    x = Double(width) / Double(original.width)
    y = Double(height) / Double(original.height)
  }

  /// The picture at this size.
  func picture(_ picture: Picture, mirrored: Bool = false) -> Picture {
    picture.croppedAndResized(
      x: 0, y: 0, width: Double(picture.width), height: Double(picture.height), toWidth: width,
      toHeight: height, mirrored: mirrored)
  }
}
