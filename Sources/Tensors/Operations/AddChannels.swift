internal import Backends

extension Tensor {
  /// Adds one number to all of each channel; with `relu`, max(x, 0) follows.
  ///
  /// Shapes: input [n, c, …]; bias [c]; output as input.
  public func addingChannels(_ bias: Tensor, relu: Bool = false) -> Tensor {
    requireSameDevice(bias, "addingChannels")
    require(
      shape.rank >= 2 && bias.shape == [shape[1]],
      "addingChannels: bias \(bias.shape) does not fit input \(shape)")
    let backend = device.backend
    let y = backend.addingChannels(storage, bias.storage, relu: relu)
    return Tensor(y, from: [self, bias], rectifies: relu) { g, wanted in
      let (g, sums) = relu ? backend.rectifierGradient(g, output: y) : (g, nil)
      return [g, wanted[1] ? sums ?? backend.channelSums(g) : nil]
    }
  }
}
