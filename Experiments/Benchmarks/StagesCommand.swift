internal import ArgumentParser
internal import Colorization
internal import Datasets
internal import Foundation
internal import Images
internal import Processes
internal import Randomness
internal import Text
internal import Training

/// `pigment-benchmarks stages`: where the time goes in making the pictures that pretraining learns
/// from, on one thread.
struct StagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stages", abstract: "Time each stage of the feeding of pretraining.")

  @Argument(help: "The dataset (.h5).") var data: String
  @Option(help: "The split to read; all records without it.") var split: String?
  @Option(help: "Rows and columns of a crop.") var size = 176
  @Option(help: "Pictures.") var count = 1000

  func run() throws {
    let dataset = try Dataset(opening: data)
    let records = try split.map { try dataset.indices(ofSplit: $0) } ?? Array(0..<dataset.count)
    var augmentation = Augmentation()
    augmentation.size = size
    let code = TargetCode(of: .lightnessToAB, neighbors: 10, sigma: 5)
    let targets = ColorTargets(
      code: code, binWeights: .init(repeating: 1, count: code.count))
    try timeStages(dataset, records, augmentation, targets)
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
    let count = min(records.count, count)
    for (number, record) in records.prefix(count).enumerated() {
      let bytes = try time(&read) { try dataset.bytes(of: record) }
      let picture = try time(&decode) { try Picture(decoding: bytes, augmentation.decodingSize) }
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
