internal import Foundation
public import Networks
public import Randomness
public import Tensors
public import Training

/// The colorization network: a trunk on lightness and a head with one score per color bin.
public enum ColorizationNetwork {
  /// Builds the network with weights drawn from `key`.
  ///
  /// - Shapes: lightness [n, 1, h, w] to logits [n, bins, h / 4, w / 4].
  public static func build(
    _ trunk: TrunkConfiguration, bins: Int, key: RandomKey, on device: Device
  ) -> Network {
    let stack = trunk.build(key: key.folding("trunk"), on: device)
    return Network(
      trunk: stack,
      head: Heads.eccv16Color(
        inputs: trunk.outputChannels, outputs: bins, width: trunk.width, key: key.folding("head"),
        on: device))
  }

  /// What a checkpoint says of its network, so that it can be built again from the file alone.
  static func notes(
    for trunk: TrunkConfiguration, size: Int, task: String, seed: UInt64
  ) throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return [
      "trunk": String(decoding: try encoder.encode(trunk), as: UTF8.self), "size": "\(size)",
      "task": task, "seed": "\(seed)",
    ]
  }

  /// The network in a checkpoint, and the crop size it was trained with; strict.
  public static func load(
    _ checkpoint: Checkpoint, bins: Int = 313, on device: Device = .cpu
  ) throws -> (network: Network, size: Int) {
    let origin = try CheckpointOrigin(checkpoint)
    var network = build(origin.trunk, bins: bins, key: RandomKey(seed: 0), on: device)
    try network.load(from: checkpoint.archive, prefix: "model.")
    return (network, origin.size)
  }
}
