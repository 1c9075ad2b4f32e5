public import Backends

extension Tensor {
  /// The adjoint of a strided convolution: spreads each input over a window of a larger output.
  ///
  /// - Shapes: input [n, ci, h, w]; weight [ci, co / groups, kh, kw]; bias [co]; output
  ///   [n, co, (h - 1) stride - 2 padding + dilation (kh - 1) + outputPadding + 1, …].
  /// With `relu`, max(x, 0) follows.
  /// - Source: PyTorch's `ConvTranspose2d`, Caffe's Deconvolution layer.
  public func transposedConvolution(
    _ weight: Tensor, bias: Tensor? = nil, stride: Pair = 1, padding: Pair = 0,
    outputPadding: Pair = 0, dilation: Pair = 1, groups: Int = 1, relu: Bool = false
  ) -> Tensor {
    requireSameDevice(weight, "transposedConvolution")
    require(
      shape.rank == 4 && weight.shape.rank == 4 && shape[1] == weight.shape[0]
        && shape[1] % groups == 0,
      "transposedConvolution: input \(shape) misfits weight \(weight.shape), \(groups) group(s)"
    )
    func size(_ length: Int, _ k: Int, _ s: Int, _ p: Int, _ d: Int, _ extra: Int) -> Int {
      (length - 1) * s - 2 * p + d * (k - 1) + extra + 1
    }
    let output: Shape = [
      shape[0], weight.shape[1] * groups,
      size(
        shape[2], weight.shape[2], stride.height, padding.height, dilation.height,
        outputPadding.height),
      size(
        shape[3], weight.shape[3], stride.width, padding.width, dilation.width,
        outputPadding.width),
    ]
    let parameters = ConvolutionParameters(
      stride: stride, padding: padding, dilation: dilation, groups: groups)
    require(
      parameters.outputShape(input: output, weight: weight.shape) == shape,
      "transposedConvolution: outputPadding \(outputPadding) does not fit stride \(stride)")
    let (backend, x) = (device.backend, storage)
    let w = backend.convolutionWeights(weight.storage, as: dtype, parameters)
    let spread = backend.convolutionInputGradient(x, w, inputShape: output, parameters)
    let y = Tensor(spread, from: [self, weight]) { g, wanted in
      [
        wanted[0] ? backend.convolution(g, w, nil, parameters) : nil,
        wanted[1]
          ? backend.convolutionWeightGradient(
            x, g, weightShape: w.shape, parameters, bias: false
          ).weight : nil,
      ]
    }
    return bias.map { y.addingChannels($0, relu: relu) } ?? (relu ? y.relu() : y)
  }
}
