extension ReferenceBackend {
  /// The cross-correlation of images and weights:
  /// y[n, o, i, j] = bias[o] + sum over c, u, v of
  /// w[o, c, u, v] x[n, c, i stride - padding + u dilation, j stride - padding + v dilation],
  /// where x is 0 outside the image.
  public func convolution(
    _ x: Storage, _ w: Storage, _ bias: Storage?, _ p: ConvolutionParameters
  ) -> Storage {
    let shape = p.outputShape(input: x.shape, weight: w.shape)
    let (xs, ws) = (read(x), read(w, roundedTo: x.dtype))
    var ys = [Double](repeating: 0, count: shape.count)
    if let bias {
      let bias = read(bias)
      let plane = shape.plane
      for i in ys.indices { ys[i] = bias[i / plane % bias.count] }
    }
    let step = p.stride.width
    ys.withUnsafeMutableBufferPointer { ys in
      xs.withUnsafeBufferPointer { xs in
        ws.withUnsafeBufferPointer { ws in
          p.forEachRow(x.shape, w.shape, shape) { weight, input, output, count in
            let w = ws[weight]
            for i in 0..<count { ys[output + i] += w * xs[input + i * step] }
          }
        }
      }
    }
    if p.relu { for i in ys.indices where ys[i] < 0 { ys[i] = 0 } }
    return write(ys, shape, x.dtype)
  }

  /// The same sum of products, gathered at the input elements.
  public func convolutionInputGradient(
    _ g: Storage, _ w: Storage, inputShape: Shape, _ p: ConvolutionParameters
  ) -> Storage {
    let (gs, ws) = (read(g), read(w, roundedTo: g.dtype))
    var xs = [Double](repeating: 0, count: inputShape.count)
    let step = p.stride.width
    xs.withUnsafeMutableBufferPointer { xs in
      gs.withUnsafeBufferPointer { gs in
        ws.withUnsafeBufferPointer { ws in
          p.forEachRow(inputShape, w.shape, g.shape) { weight, input, output, count in
            let w = ws[weight]
            for i in 0..<count { xs[input + i * step] += w * gs[output + i] }
          }
        }
      }
    }
    return write(xs, inputShape, g.dtype)
  }

  /// The same sum of products, gathered at the weights; the bias gathers every output gradient.
  public func convolutionWeightGradient(
    _ g: Storage, _ x: Storage, weightShape: Shape, _ p: ConvolutionParameters, bias: Bool
  ) -> (weight: Storage, bias: Storage?) {
    let (gs, xs) = (read(g), read(x))
    var ws = [Double](repeating: 0, count: weightShape.count)
    let step = p.stride.width
    ws.withUnsafeMutableBufferPointer { ws in
      gs.withUnsafeBufferPointer { gs in
        xs.withUnsafeBufferPointer { xs in
          p.forEachRow(x.shape, weightShape, g.shape) { weight, input, output, count in
            var sum = 0.0
            for i in 0..<count { sum += gs[output + i] * xs[input + i * step] }
            ws[weight] += sum
          }
        }
      }
    }
    return (write(ws, weightShape, x.dtype.ofSums), bias ? channelSums(g) : nil)
  }
}

extension ConvolutionParameters {
  /// Lists every product of a convolution, one output row at a time.
  ///
  /// For i in 0 ..< count, weight element `weight` joins input element `input + i stride.width`
  /// with output element `output + i`. All three kernels are sums over this list.
  @inline(__always)
  fileprivate func forEachRow(
    _ x: Shape, _ w: Shape, _ y: Shape,
    _ body: (_ weight: Int, _ input: Int, _ output: Int, _ count: Int) -> Void
  ) {
    require(
      outputShape(input: x, weight: w) == y,
      "convolution: input \(x) and weight \(w) do not give output \(y)")
    let (inputs, height, width) = (x[1], x[2], x[3])
    let (outputs, outHeight, outWidth) = (y[1], y[2], y[3])
    let (perGroup, taps) = (w[1], (w[2], w[3]))
    for image in 0..<x[0] {
      for o in 0..<outputs {
        let firstChannel = o / (outputs / groups) * perGroup
        for c in 0..<perGroup {
          let inputPlane = (image * inputs + firstChannel + c) * height
          let outputPlane = (image * outputs + o) * outHeight
          for u in 0..<taps.0 {
            for v in 0..<taps.1 {
              let weight = ((o * perGroup + c) * taps.0 + u) * taps.1 + v
              // Output columns whose input column, j stride + shift, lies inside the image.
              let shift = v * dilation.width - padding.width
              let first = shift < 0 ? (stride.width - 1 - shift) / stride.width : 0
              guard shift < width else { continue }
              let last = min((width - 1 - shift) / stride.width, outWidth - 1)
              guard first <= last else { continue }
              for i in 0..<outHeight {
                let row = i * stride.height + u * dilation.height - padding.height
                guard row >= 0 && row < height else { continue }
                body(
                  weight, (inputPlane + row) * width + first * stride.width + shift,
                  (outputPlane + i) * outWidth + first, last - first + 1)
              }
            }
          }
        }
      }
    }
  }
}
