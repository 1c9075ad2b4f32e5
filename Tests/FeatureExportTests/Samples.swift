import FeatureExport
import Foundation
import Layers
import Networks
import Randomness
import Runs
import Tensors

/// A folder that goes away with its owner.
final class Scratch {
  let path = NSTemporaryDirectory() + "pigment-export-\(UUID())"
  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// Networks that look trained: drawn weights, biases, and statistics far from those of white noise.
enum Samples {
  static func configuration(
    _ architecture: TrunkConfiguration.Architecture, width: Double = 0.0625, channels: Int = 1,
    form: TrunkConfiguration.Form = .pretraining, normalization: Bool = true, affine: Bool = false
  ) -> TrunkConfiguration {
    var configuration = TrunkConfiguration(architecture, width: width, inputChannels: channels)
    configuration.form = form
    configuration.batchNormalization = normalization
    configuration.affine = affine
    return configuration
  }

  static func trunk(_ configuration: TrunkConfiguration, seed: UInt64 = 1) -> Stack {
    var trunk = configuration.build(.he, key: RandomKey(seed: seed), on: .cpu)
    trunk.transform { named in
      guard named.role != .weight else { return named.tensor }
      var stream = RandomKey(seed: seed).folding(named.name).stream()
      let positive = named.role == .scale || named.name.hasSuffix("running_var")
      let values = (0..<named.tensor.shape.count).map { _ in
        Float(stream.uniform(in: positive ? 0.3..<2 : -0.3..<0.3))
      }
      return Tensor(values, shape: named.tensor.shape)
    }
    return trunk
  }

  static let provenance = FeatureDescription.Provenance(
    task: "colorization-classification", run: "test", iterations: 7, seed: 1, dataHash: "data",
    git: "commit", recipeHash: "recipe")

  static func archive(
    _ configuration: TrunkConfiguration, _ channels: Preprocessing.Channels = .lightness,
    seed: UInt64 = 1
  ) -> FeatureArchive {
    FeatureArchive(
      trunk: trunk(configuration, seed: seed), configuration: configuration,
      preprocessing: Preprocessing(channels, size: max(64, configuration.smallestSide)),
      provenance: provenance)
  }

  /// An archive in a file.
  static func write(
    _ configuration: TrunkConfiguration, _ channels: Preprocessing.Channels = .lightness,
    to path: String
  ) throws { try archive(configuration, channels).write(to: path) }

  /// An archive's tensors and words with a change, written as an archive again.
  static func change(
    _ path: String, to changed: String,
    _ change: (inout TensorArchive.Entry) -> Void = { _ in },
    metadata: (inout [String: String]) -> Void = { _ in },
    adding extra: TensorArchive.Entry? = nil
  ) throws {
    let old = try TensorArchive(reading: path)
    var new = TensorArchive(metadata: old.metadata, source: path)
    metadata(&new.metadata)
    for var entry in old.entries {
      change(&entry)
      new.add(entry)
    }
    if let extra { new.add(extra) }
    try new.write(to: changed, seal: .sha256)
  }

  /// Writes a run folder with a checkpoint of a small ECCV16 and its color head.
  static func run(
    at path: String, notes changes: [String: String] = [:], without missing: String? = nil,
    transforming change: (NamedTensor) -> Tensor = { $0.tensor }
  ) throws {
    let configuration = configuration(.eccv16)
    var network = Network(
      trunk: trunk(configuration),
      head: Heads.eccv16Color(
        inputs: configuration.outputChannels, outputs: 313, width: configuration.width,
        key: RandomKey(seed: 1), on: .cpu))
    network.transform(change)
    var checkpoint = Checkpoint(
      model: network, optimizer: SGD(momentum: 0),
      progress: TrainingProgress(
        step: 5, epoch: 0, position: 5, key: RandomKey(seed: 1), configurationHash: "recipe",
        dataHash: "data"))
    checkpoint.notes = [
      "trunk": String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self),
      "size": "64", "task": "colorization-classification", "seed": "3",
    ].merging(changes) { $1 }
    if let missing { checkpoint.notes[missing] = nil }
    try CheckpointFolder("\(path)/checkpoints").save(checkpoint)
    let environment = EnvironmentRecord.current(
      pigment: "0", device: "cpu", threads: 1, dataHash: "data", seed: 3)
    try JSONEncoder().encode(environment).write(to: URL(filePath: "\(path)/environment.json"))
  }
}

/// The words of the error that `body` throws; empty where it throws none.
func words(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch { return "\(error)" }
}
