import Datasets
import Foundation
import Images
import Layers
import Networks
import Randomness
import Tensors

/// Small data sets and archives, made on the spot.
enum UnitSamples {
  /// A folder that goes away with its owner.
  final class Folder {
    let path = NSTemporaryDirectory() + "pigment-units-\(UUID())"
    init() throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  static func id(_ number: Int) -> String { "photo-\(number < 10 ? "0" : "")\(number)" }

  /// Noise; numbers that differ by 100 give the same picture.
  static func noise(_ number: Int, width: Int = 40, height: Int = 32) -> Picture {
    var stream = RandomKey(seed: 9).folding(number % 100).stream()
    return Picture(
      width: width, height: height, channels: 3,
      samples: (0..<width * height * 3).map { _ in UInt8(stream.index(below: 256)) })
  }

  /// A dark picture with a bright square of this side, and the mask that says so.
  static func lamp(_ number: Int, side: Int) throws -> DatasetRecord {
    var stream = RandomKey(seed: 4).folding(number).stream()
    var picture = Picture(width: 64, height: 48, channels: 3, filledWith: 40)
    var mask = Picture(width: 64, height: 48, channels: 1)
    let (x, y) = (stream.index(below: 64 - side), stream.index(below: 48 - side))
    picture.fill(x: x, y: y, width: side, height: side, color: [250, 250, 240])
    mask.fill(x: x, y: y, width: side, height: side, color: [2, 2, 2])
    return DatasetRecord(
      id: id(number), image: try picture.encodedPNG(), presence: [-1, 1, -1],
      mask: try mask.encodedPNG())
  }

  static func dataset(_ records: [DatasetRecord], classes: [String] = [], _ path: String) throws
    -> Dataset
  {
    var writer = try DatasetWriter(creating: path, classes: classes, source: "test")
    for record in records { try writer.append(record) }
    _ = try writer.finish()
    return try Dataset(opening: path)
  }

  static func noises(_ numbers: [Int], _ path: String) throws -> Dataset {
    try dataset(
      numbers.map { DatasetRecord(id: id($0), image: try noise($0).encodedPNG()) }, path)
  }

  static func provenance(_ task: String) -> FeatureDescription.Provenance {
    .init(
      task: task, run: "test", iterations: 3, seed: 1, dataHash: "", git: "unknown", recipeHash: "")
  }

  /// An archive of noise with a few channels; `change` may set weights.
  static func archive(
    _ path: String, seed: UInt64 = 3, channels: Preprocessing.Channels = .lightness,
    change: (inout Stack) -> Void = { _ in }
  ) throws -> FeatureArchive {
    var configuration = TrunkConfiguration(.eccv16, width: 0.0625, inputChannels: channels.count)
    configuration.statisticsMomentum = 0.05
    var trunk = configuration.build(key: RandomKey(seed: seed), on: .cpu)
    change(&trunk)
    let archive = FeatureArchive(
      trunk: trunk, configuration: configuration, preprocessing: .init(channels, size: 32),
      provenance: provenance("noise"))
    try archive.write(to: path)
    return archive
  }
}
