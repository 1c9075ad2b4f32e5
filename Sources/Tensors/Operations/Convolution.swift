public import Backends

extension Tensor {
  /// Cross-correlates each image with a bank of filters, adds a bias, and optionally rectifies.
  ///
  /// - Shapes: input [n, ci, h, w]; weight [co, ci / groups, kh, kw]; bias [co]; output
  ///   [n, co, h', w'] (see `ConvolutionParameters`).
  public func convolution(
    _ weight: Tensor, bias: Tensor? = nil, _ parameters: ConvolutionParameters = .init()
  ) -> Tensor {
    requireSameDevice(weight, "convolution")
    let output = parameters.outputShape(input: shape, weight: weight.shape)
    if let bias {
      require(
        bias.shape == [output[1]], "convolution: bias \(bias.shape) does not fit output \(output)")
    }
    let (backend, x) = (device.backend, storage)
    let w = backend.convolutionWeights(weight.storage, as: dtype, parameters)
    let y = backend.convolution(x, w, bias?.storage, parameters)
    let inputs = [self, weight] + (bias.map { [$0] } ?? [])
    return Tensor(y, from: inputs, rectifies: parameters.relu) { g, wanted in
      let (g, sums) = parameters.relu ? backend.rectifierGradient(g, output: y) : (g, nil)
      let wantsBias = wanted.count > 2 && wanted[2]
      var result: [Storage?] = [nil, nil, nil]
      // The input first: the weights that it may need in another layout leave their memory to the
      // gradient.
      if wanted[0] {
        result[0] = backend.convolutionInputGradient(g, w, inputShape: x.shape, parameters)
      }
      if wanted[1] {
        (result[1], result[2]) = backend.convolutionWeightGradient(
          g, x, weightShape: w.shape, parameters, bias: wantsBias && sums == nil)
      }
      if wantsBias && result[2] == nil { result[2] = sums ?? backend.channelSums(g) }
      return result
    }
  }
}
