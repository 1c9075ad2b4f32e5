import ColorScience
import Colorization
import Datasets
import Foundation
import Images
import Networks
import Randomness
import Tensors

/// Small pictures, networks and datasets made on the spot.
enum Samples {
  /// A smooth picture of many colors that depends on `seed`.
  static func picture(_ width: Int, _ height: Int, seed: Int = 0, channels: Int = 3) -> Picture {
    var stream = RandomKey(seed: UInt64(seed)).stream()
    let terms = (0..<channels).map { _ in (0..<4).map { _ in stream.uniform(in: -0.15..<0.15) } }
    return Picture(
      width: width, height: height, channels: channels,
      samples: (0..<width * height * channels).map { at in
        let (x, y) = (Double(at / channels % width), Double(at / channels / width))
        let t = terms[at % channels]
        let wave = sin(t[0] * x + t[1] * y + 20 * t[2]) + sin(t[2] * x - t[3] * y)
        return UInt8(128 + 60 * wave)
      })
  }

  /// A colorizer with a network of random weights.
  static func colorizer(outputs: Int = 313, workingSize: Int = 32) -> Colorizer {
    let trunk = TrunkConfiguration(.eccv16, width: 0.03)
    let key = RandomKey(seed: 3)
    let network = Network(
      trunk: trunk.build(key: key, on: .cpu),
      head: Heads.eccv16Color(
        inputs: trunk.outputChannels, outputs: outputs, width: 0.03, key: key, on: .cpu))
    return Colorizer(
      network: network, output: outputs == 2 ? .chroma(scale: 110) : .scores(.standard),
      workingSize: workingSize)
  }

  /// A dataset of smooth pictures, in files of `shard` records each; classes are even and odd.
  static func dataset(
    _ folder: TemporaryFolder, count: Int, shard: Int = .max, size: (Int, Int) = (48, 40)
  ) throws -> Dataset {
    var files = 0
    for first in stride(from: 0, to: count, by: min(shard, count)) {
      let records = first..<min(first + min(shard, count), count)
      var writer = try DatasetWriter(
        creating: folder.file("part-\(files).h5"), classes: ["even", "odd"], source: "a test")
      for index in records {
        try writer.append(
          DatasetRecord(
            id: "p\(index)", image: try picture(size.0, size.1, seed: index).encodedPNG(),
            label: index % 2))
      }
      try writer.addSplit("val", Array(0..<records.count))
      try writer.finish()
      files += 1
    }
    return try Dataset(opening: folder.file("part-*.h5"))
  }
}

/// A folder of its own for one test, removed with its content at the end.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/pigment-color-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// The words of the error that `body` throws.
func words(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch { return "\(error)" }
}
