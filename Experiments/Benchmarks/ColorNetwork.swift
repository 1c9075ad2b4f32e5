internal import Layers
internal import Networks
internal import Randomness
internal import Tensors

/// A trunk with a color head, as pretraining builds it.
enum ColorNetwork {
  static let bins = 313

  static func build(
    _ architecture: TrunkConfiguration.Architecture, width: Double, key: RandomKey,
    on device: Device = .cpu
  ) -> Stack {
    var trunk = TrunkConfiguration(architecture, width: width)
    // As torchvision has them.
    trunk.affine = architecture.trunk.traits.contains(.stages)
    let head =
      switch architecture.trunk.dense(trunk).layers {
      case .doubling where architecture == .vgg16: pixelwise(trunk, upsampling: 4, key, device)
      case .doubling: Heads.dense(on: trunk, outputs: bins, key: key, on: device)
      case .pixelwise(let factor): pixelwise(trunk, upsampling: factor, key, device)
      }
    return trunk.build(key: key, on: device).appending(head)
  }

  private static func pixelwise(
    _ trunk: TrunkConfiguration, upsampling: Int, _ key: RandomKey, _ device: Device
  ) -> Stack {
    Heads.pixelwise(
      inputs: trunk.outputChannels, outputs: bins, upsampling: upsampling, key: key, on: device)
  }
}
