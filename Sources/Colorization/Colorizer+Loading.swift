public import Tensors
public import Training

extension Colorizer {
  /// The colorizer in a checkpoint; `workingSize` is by default what the network was trained with.
  public static func load(
    _ checkpoint: Checkpoint, workingSize: Int? = nil, on device: Device = .cpu
  ) throws -> Colorizer {
    let (network, size) = try ColorizationNetwork.load(checkpoint, on: device)
    return Colorizer(network: network, workingSize: workingSize ?? size, on: device)
  }
}
