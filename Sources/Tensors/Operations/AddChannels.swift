internal import Backends

extension Tensor {
  /// Adds one number to all of each channel. Shapes: input [n, c, …]; bias [c]; output as input.
  public func addingChannels(_ bias: Tensor) -> Tensor {
    requireSameDevice(bias, "addingChannels")
    require(
      shape.rank >= 2 && bias.shape == [shape[1]],
      "addingChannels: bias \(bias.shape) does not fit input \(shape)")
    let backend = device.backend
    return Tensor(backend.addingChannels(storage, bias.storage), from: [self, bias]) { g, wanted in
      [g, wanted[1] ? backend.channelSums(g) : nil]
    }
  }
}
