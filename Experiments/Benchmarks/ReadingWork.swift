internal import Colorization
internal import Datasets
internal import Images
internal import Inputs
internal import Randomness

/// Reading pictures: batches as pretraining learns from them, or nothing but bytes.
struct ReadingWork {
  private static let pictures = 40
  private let dataset: Dataset
  private let workload: Workload
  private let threads: Int
  private let make: @Sendable (Int) throws -> ColorizationBatch

  /// Opens the dataset.
  init(_ workload: Workload, threads: Int) throws {
    self.workload = workload
    self.threads = threads
    let dataset = try Dataset(opening: workload.data!)
    self.dataset = dataset
    var augmentation = Augmentation()
    augmentation.size = max(16, workload.size)
    let code = TargetCode(of: .lightnessToAB, neighbors: 10, sigma: 5)
    let targets = ColorTargets(code: code, binWeights: .init(repeating: 1, count: code.count))
    let samples = SampleStream(
      records: Array(0..<dataset.count), batchSize: Self.pictures, key: RandomKey(seed: 1))
    make = { [augmentation] number in
      ColorizationBatch(
        try samples.batch(number).map { sample in
          let picture = try dataset.picture(sample.record, augmentation.decodingSize)
          return targets.example(of: augmentation.sample(from: picture, key: sample.key))
        })
    }
  }

  /// All batches, or all records, of a repetition.
  func run() throws {
    guard workload.kind == .feed else {
      var stream = RandomKey(seed: 2).stream()
      for _ in 0..<workload.batch {
        _ = try dataset.bytes(of: stream.index(below: dataset.count))
      }
      return
    }
    let line = Prefetcher(
      range: 0..<workload.batch / Self.pictures, threads: threads, ahead: threads + 2, make: make)
    while try line.next() != nil {}
  }
}
