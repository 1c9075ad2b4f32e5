internal import ArgumentParser
internal import Colorization
internal import Datasets
internal import Foundation
internal import Images
internal import Randomness
internal import Training

/// `pigment-benchmarks feed`: how fast training's pictures are made, the peer of `pytorch_feed.py`.
///
/// Random resized crop, mirror, Lab, and soft codes at every fourth pixel of pictures in a data
/// set, by a number of threads. One JSON line per repetition: {"threads": …, "images_per_second":
/// …}.
struct FeedBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "feed", abstract: "Time the feeding of pretraining, without a network.")

  @Argument(help: "The dataset (.h5).") var data: String
  @Option(help: "The split to read; all records without it.") var split: String?
  @Option(help: "Pictures in a batch.") var batch = 40
  @Option(help: "Rows and columns of a crop.") var size = 176
  @Option(help: "Threads that make batches.") var threads = 1
  @Option(help: "Batches of each repetition.") var batches = 25
  @Option(help: "Repetitions.") var repeats = 3
  @Flag(help: "Time each stage on one thread instead.") var stages = false

  func run() throws {
    let dataset = try Dataset(opening: data)
    let records = try split.map { try dataset.indices(ofSplit: $0) } ?? Array(0..<dataset.count)
    var augmentation = Augmentation()
    augmentation.size = size
    let code = TargetCode(of: .lightnessToAB, neighbors: 10, sigma: 5)
    let targets = ColorTargets(
      code: code, binWeights: .init(repeating: 1, count: code.count))
    if stages { return try timeStages(dataset, records, augmentation, targets) }
    let samples = SampleStream(records: records, batchSize: batch, key: RandomKey(seed: 1))
    let least = augmentation.sufficientSize
    let make: @Sendable (Int) throws -> ColorizationBatch = { [augmentation] number in
      ColorizationBatch(
        try samples.batch(number).map { sample in
          let picture = try dataset.picture(sample.record, atLeast: (least, least))
          return targets.example(of: augmentation.sample(from: picture, key: sample.key))
        })
    }
    for repetition in 0...repeats {
      let line = Prefetcher(
        range: repetition * batches..<(repetition + 1) * batches, threads: threads,
        ahead: threads + 2, make: make)
      let begin = ContinuousClock.now
      var positions = 0
      while let batch = try line.next() { positions += batch.positions }
      let seconds = begin.duration(to: .now).seconds
      // The first repetition warms the file cache.
      guard repetition > 0 else { continue }
      let rate = Double(batches * batch) / seconds
      print(
        "{\"threads\": \(threads), \"images_per_second\": \(rate), \"positions\": \(positions)}")
    }
  }

  /// Milliseconds a picture that each stage takes.
  private func timeStages(
    _ dataset: Dataset, _ records: [Int], _ augmentation: Augmentation, _ targets: ColorTargets
  ) throws {
    var (read, decode, crop, encode) = (0.0, 0.0, 0.0, 0.0)
    func time<T>(_ sum: inout Double, _ body: () throws -> T) rethrows -> T {
      let begin = ContinuousClock.now
      defer { sum += begin.duration(to: .now).seconds }
      return try body()
    }
    let key = RandomKey(seed: 1)
    let least = augmentation.sufficientSize
    let count = min(records.count, batches * batch)
    for (number, record) in records.prefix(count).enumerated() {
      let bytes = try time(&read) { try dataset.bytes(of: record) }
      let picture = try time(&decode) { try Picture(decoding: bytes, atLeast: (least, least)) }
      let sample = time(&crop) { augmentation.sample(from: picture, key: key.folding(number)) }
      _ = time(&encode) { targets.example(of: sample) }
    }
    for (name, seconds) in [
      ("read", read), ("decode", decode), ("crop", crop), ("lab and codes", encode),
    ] {
      print("\(name): \(Table.number(1000 * seconds / Double(count), digits: 3)) ms")
    }
  }
}
