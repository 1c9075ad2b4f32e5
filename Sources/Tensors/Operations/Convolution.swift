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
    let (backend, x, w) = (device.backend, storage, weight.storage)
    let y = backend.convolution(x, w, bias?.storage, parameters)
    return Tensor(y, from: [self, weight] + (bias.map { [$0] } ?? [])) { g, wanted in
      let g = parameters.relu ? backend.reluGradient(g, output: y, slope: 0) : g
      let wantsBias = wanted.count > 2 && wanted[2]
      var result: [Storage?] = [nil, nil, nil]
      // The input first: the weights that it may need in another layout leave their memory to the
      // gradient.
      if wanted[0] {
        result[0] = backend.convolutionInputGradient(g, w, inputShape: x.shape, parameters)
      }
      if wanted[1] {
        let (dw, db) = backend.convolutionWeightGradient(
          g, x, weightShape: w.shape, parameters, bias: wantsBias)
        (result[1], result[2]) = (dw, db)
      } else if wantsBias {
        result[2] = backend.channelSums(g)
      }
      return result
    }
  }
}
