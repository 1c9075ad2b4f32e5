extension CUDABackend {
  /// The cross-correlation of images and weights, with bias and ReLU in the same pass where cuDNN
  /// has a good engine for it.
  public func convolution(
    _ x: Storage, _ w: Storage, _ bias: Storage?, _ p: ConvolutionParameters
  ) -> Storage {
    let shape = p.outputShape(input: x.shape, weight: w.shape)
    if shape.count == 0 { return storage(shape, x.dtype) }
    let request = convolutions.worthFusing(
      ConvolutionRequest(.forward, x.dtype, x: x.shape, w: w.shape, p, bias: bias != nil),
      currentChoices)
    let y = images(shape, x.dtype, pitch: request.y[1])
    var tensors = [
      (ConvolutionTensor.x, images(x, request.x)), (.w, weights(w, request)), (.y, y),
    ]
    if request.bias { tensors.append((.bias, biasRow(bias, request))) }
    convolutions.run(request, currentChoices, pool, tensors)
    guard !request.bias else { return y }
    guard let bias else { return p.relu ? relu(y, slope: 0) : y }
    return addingChannels(y, bias, relu: p.relu)
  }

  /// The weights in the type and the layout in which cuDNN takes them, for all passes.
  public func convolutionWeights(
    _ w: Storage, as dtype: DType, _ p: ConvolutionParameters
  ) -> Storage {
    // What the channels are padded to does not depend on the images.
    weights(w, ConvolutionRequest(weights: w.shape, dtype, p))
  }

  /// The gradient of the input; also the forward pass of the transposed convolution.
  public func convolutionInputGradient(
    _ g: Storage, _ w: Storage, inputShape: Shape, _ p: ConvolutionParameters
  ) -> Storage {
    requireFit(inputShape, w.shape, g.shape, p)
    if g.shape.count == 0 { return filled(with: 0, shape: inputShape, dtype: g.dtype) }
    let request = ConvolutionRequest(.data, g.dtype, x: inputShape, w: w.shape, p)
    let result = images(inputShape, g.dtype, pitch: request.x[1])
    convolutions.run(
      request, currentChoices, pool,
      [(.x, result), (.w, weights(w, request)), (.y, images(g, request.y))])
    return result
  }

  /// The gradient of the weights, and of the bias when asked for, in single precision.
  public func convolutionWeightGradient(
    _ g: Storage, _ x: Storage, weightShape: Shape, _ p: ConvolutionParameters, bias: Bool
  ) -> (weight: Storage, bias: Storage?) {
    requireFit(x.shape, weightShape, g.shape, p)
    let biasResult = bias ? channelSums(g) : nil
    if g.shape.count == 0 {
      return (filled(with: 0, shape: weightShape, dtype: .f32), biasResult)
    }
    let request = ConvolutionRequest(.filter, x.dtype, x: x.shape, w: weightShape, p)
    let result = storage(weightShape, x.dtype, request.weightLayout)
    let g = converted(g, to: x.dtype)
    convolutions.run(
      request, currentChoices, pool,
      [(.x, images(x, request.x)), (.w, result), (.y, images(g, request.y))])
    return (converted(result, to: .f32), biasResult)
  }

  /// Images in the memory that a request describes.
  private func images(_ x: Storage, _ shape: Shape) -> Storage {
    moved(x, to: ChannelsLast(pitch: shape[1], images: shape[0]), as: x.dtype)
  }

  private func weights(_ w: Storage, _ request: ConvolutionRequest) -> Storage {
    moved(w, to: request.weightLayout, as: request.dtype)
  }

  /// The bias with zeros for the channels that are padding, and where there is none.
  private func biasRow(_ bias: Storage?, _ request: ConvolutionRequest) -> Storage {
    guard let bias else { return filled(with: 0, shape: [request.y[1]], dtype: request.dtype) }
    let count = bias.shape[0]
    guard request.y[1] > count else { return rowMajor(bias, as: request.dtype) }
    let row = storage([request.y[1]], request.dtype)
    clear(row)
    transfer([count], from: bias, at: nil, to: row, at: [0])
    return row
  }

  private func requireFit(_ x: Shape, _ w: Shape, _ y: Shape, _ p: ConvolutionParameters) {
    require(
      p.outputShape(input: x, weight: w) == y,
      "convolution: input \(x) and weight \(w) do not give output \(y)")
  }
}

extension ConvolutionRequest {
  var weightLayout: ChannelsLast { ChannelsLast(pitch: w[1], images: w[0]) }
}
