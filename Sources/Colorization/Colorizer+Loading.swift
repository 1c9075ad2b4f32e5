internal import ColorScience
internal import Networks
public import Runs
public import Tensors

extension Colorizer {
  /// The colorizer in a checkpoint; `workingSize` is by default what the network was trained with.
  public static func load(
    _ checkpoint: Checkpoint, workingSize: Int? = nil, on device: Device = .cpu
  ) throws -> Colorizer {
    let trained = try ColorizationNetwork.load(checkpoint, on: device)
    guard trained.objective.pair == .lightnessToAB else {
      throw ArchiveError(
        file: checkpoint.archive.source,
        problem: """
          predicts \(trained.objective.pair.rawValue), not ab from lightness; it cannot color \
          gray pictures
          """)
    }
    let output: Output =
      trained.objective.loss == .classification
      ? .scores(.standard)
      : .chroma(scale: Float(1 / Preprocessing(.ab, size: trained.preprocessing.size).scale[0]))
    return Colorizer(
      network: trained.network, output: output, preprocessing: trained.preprocessing,
      workingSize: workingSize ?? trained.preprocessing.size, on: device)
  }
}
