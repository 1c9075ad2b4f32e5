import Datasets
import Foundation
import Layers
import Networks
import Randomness
import Runs
import Tensors
import VOCTransfer

/// A folder that goes away with its owner.
final class Scratch {
  let path = NSTemporaryDirectory() + "pigment-test-\(UUID())"
  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: file(folder))) ?? []).sorted()
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name)) }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: file(name))) }

  /// A dataset of drawn scenes.
  func scenes(_ name: String, trainval: Int, test: Int, side: Int = 48, seed: UInt64 = 1) throws {
    let source = SceneGenerator(size: (side, side), key: RandomKey(seed: seed))
    _ = try SceneBuilder(
      source: source, name: "scenes", pretrain: 0, trainval: trainval, test: test
    ).build(to: file(name))
  }

  /// A feature archive of drawn weights that sees `channels`.
  func archive(
    _ name: String, _ trunk: TrunkConfiguration, sees channels: Preprocessing.Channels, seed: UInt64
  ) throws {
    let archive = FeatureArchive(
      trunk: trunk.build(.he, key: RandomKey(seed: seed), on: .cpu), configuration: trunk,
      preprocessing: Preprocessing(channels, size: 32),
      provenance: .init(
        task: "test", run: "run", iterations: 0, seed: seed, dataHash: "", git: "unknown",
        recipeHash: ""))
    try archive.write(to: file(name))
  }
}

extension EnvironmentRecord {
  static func test(_ dataHash: String, _ seed: UInt64) -> EnvironmentRecord {
    .current(pigment: "test", device: "cpu", threads: 1, dataHash: dataHash, seed: seed)
  }
}
