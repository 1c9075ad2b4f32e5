internal import Layers
public import Networks
public import Randomness
public import Runs
public import Tensors

/// The cross-channel encoder: a trunk on some channels of a picture and a head with one score per
/// bin, or one color, at each position of a coarser grid.
public struct ColorizationNetwork {
  /// The layers.
  public var network: Network
  /// The trunk's description.
  public let trunk: TrunkConfiguration
  /// What it was asked for.
  public let objective: ColorizationObjective
  /// How a picture becomes its input; `size` is that of the crops it was trained with.
  public let preprocessing: Preprocessing

  /// Builds a network with weights drawn from `key`.
  ///
  /// - Shapes: input [n, channels, h, w] to [n, outputs, h / stride, w / stride].
  public static func build(
    _ trunk: TrunkConfiguration, _ objective: ColorizationObjective, size: Int, key: RandomKey,
    on device: Device
  ) -> ColorizationNetwork {
    ColorizationNetwork(
      network: Network(
        trunk: trunk.build(key: key.folding("trunk"), on: device),
        head: head(on: trunk, objective, key: key, on: device)),
      trunk: trunk, objective: objective, preprocessing: .init(objective.pair.input, size: size))
  }

  static func head(
    on trunk: TrunkConfiguration, _ objective: ColorizationObjective, key: RandomKey,
    on device: Device
  ) -> Stack {
    Heads.dense(
      on: trunk, outputs: objective.outputs, key: key.folding("head"), on: device)
  }

  /// The network in a checkpoint of colorization; strict.
  public static func load(
    _ checkpoint: Checkpoint, on device: Device = .cpu
  ) throws -> ColorizationNetwork {
    let origin = try CheckpointOrigin(checkpoint)
    guard origin.pretext == ColorizationTask.name else {
      throw ArchiveError(
        file: checkpoint.archive.source,
        problem: "was trained for '\(origin.task)', not for colorization; it knows no colors")
    }
    // Checkpoints of version 0.1 did not say; they were all of the paper's objective.
    let objective: ColorizationObjective =
      checkpoint.notes["objective"] == nil ? .init() : try checkpoint.note("objective")
    var built = build(
      origin.trunk, objective, size: origin.size, key: RandomKey(seed: 0), on: device)
    try built.network.load(from: checkpoint.archive, prefix: "model.")
    return built
  }

  /// The predicted planes, in the target's own units, of what the network gave: annealed means of
  /// its distributions, or its colors.
  ///
  /// - Shapes: `output` [n, outputs, h, w]; for each picture [channels][h x w].
  public func colors(of output: Tensor) -> [[[Float]]] {
    objective.colors(
      of: output.floats, count: output.shape[0], area: output.shape[2] * output.shape[3])
  }
}

extension ColorizationObjective {
  /// The predicted planes of `count` pictures with `area` positions each.
  func colors(of output: [Float], count: Int, area: Int) -> [[[Float]]] {
    let (code, target) = (code, Preprocessing(pair.target, size: 0))
    let channels = output.count / (count * area)
    return (0..<count).map { picture in
      let values = Array(output[picture * channels * area..<(picture + 1) * channels * area])
      if let code { return code.decode(values, positions: area, temperature: temperature) }
      return (0..<channels).map { channel in
        let (mean, scale) = (Float(target.mean[channel]), Float(target.scale[channel]))
        return values[channel * area..<(channel + 1) * area].map { $0 / scale + mean }
      }
    }
  }
}
