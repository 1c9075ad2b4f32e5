internal import CDNNL

extension CPUBackend {
  /// The cross-correlation of images and weights, with bias and ReLU in the same pass.
  public func convolution(
    _ x: Storage, _ w: Storage, _ bias: Storage?, _ p: ConvolutionParameters
  ) -> Storage {
    let shape = p.outputShape(input: x.shape, weight: w.shape)
    if shape.count == 0 { return filled(with: 0, shape: shape, dtype: x.dtype) }
    if widens(x) {
      return narrowed(convolution(wide(x), wide(narrowed(w)), bias.map(wide), p))
    }
    if let c = winograd(x.shape, w.shape, shape, p, x.dtype) {
      return convolution(x, w, bias, relu: p.relu, outputShape: shape, transposed: false, c)
    }
    if let c = interleaving(CDNNL_FORWARD, x.shape, w.shape, shape, p, x.dtype) {
      return woven(convolution(interleaved(x, c), w, bias, c.parameters), shape, c)
    }
    var fused = p
    fused.relu = p.relu && mayRectify(x, w, bias, result: shape)
    let plan = convolution(
      CDNNL_FORWARD, x.shape, w.shape, shape, fused, x.dtype, bias: bias != nil)
    let y = storage(shape, x.dtype, plan.whole[CDNNL_DST])
    var operands = [
      (CDNNL_SRC, reordered(x, to: plan.whole[CDNNL_SRC]).buffer),
      (CDNNL_WEIGHTS, weights(w, p, plan.whole[CDNNL_WEIGHTS], x.dtype).buffer),
      (CDNNL_DST, y.buffer),
    ]
    if let bias { operands.append((CDNNL_BIAS, rowMajor(bias, as: .f32).buffer)) }
    plan.run(self, operands)
    if p.relu && !fused.relu { rectify(y) }
    return y
  }

  /// The gradient of the input; also the forward pass of the transposed convolution.
  public func convolutionInputGradient(
    _ g: Storage, _ w: Storage, inputShape: Shape, _ p: ConvolutionParameters
  ) -> Storage {
    requireFit(inputShape, w.shape, g.shape, p)
    if g.shape.count == 0 { return filled(with: 0, shape: inputShape, dtype: g.dtype) }
    if widens(g) {
      return narrowed(
        convolutionInputGradient(
          wide(g), wide(narrowed(w)), inputShape: inputShape, p))
    }
    if let c = winograd(inputShape, w.shape, g.shape, p, g.dtype) {
      return convolution(
        g, w, nil, relu: false, outputShape: inputShape, transposed: true, c)
    }
    if let c = interleaving(CDNNL_BACKWARD_DATA, inputShape, w.shape, g.shape, p, g.dtype) {
      return woven(
        convolutionInputGradient(
          interleaved(g, c), w, inputShape: c.grids(of: inputShape), c.parameters), inputShape, c)
    }
    let plan = convolution(
      CDNNL_BACKWARD_DATA, inputShape, w.shape, g.shape, p, g.dtype, bias: false)
    let result = storage(inputShape, g.dtype, plan.whole[CDNNL_DIFF_SRC])
    plan.run(
      self,
      [
        (CDNNL_DIFF_DST, reordered(g, to: plan.whole[CDNNL_DIFF_DST]).buffer),
        (CDNNL_WEIGHTS, weights(w, p, plan.whole[CDNNL_WEIGHTS], g.dtype).buffer),
        (CDNNL_DIFF_SRC, result.buffer),
      ])
    return result
  }

  /// The gradient of the weights, and of the bias (single precision) when asked for.
  public func convolutionWeightGradient(
    _ g: Storage, _ x: Storage, weightShape: Shape, _ p: ConvolutionParameters, bias: Bool
  ) -> (weight: Storage, bias: Storage?) {
    requireFit(x.shape, weightShape, g.shape, p)
    if g.shape.count == 0 {
      return (
        filled(with: 0, shape: weightShape, dtype: .f32),
        bias ? filled(with: 0, shape: [weightShape[0]], dtype: .f32) : nil
      )
    }
    if widens(x) {
      return convolutionWeightGradient(wide(g), wide(x), weightShape: weightShape, p, bias: bias)
    }
    if let c = winograd(x.shape, weightShape, g.shape, p, x.dtype) {
      return convolutionWeightGradient(g, x, weightShape: weightShape, bias: bias, c)
    }
    if let c = interleaving(CDNNL_BACKWARD_WEIGHTS, x.shape, weightShape, g.shape, p, x.dtype) {
      return convolutionWeightGradient(
        interleaved(g, c), interleaved(x, c), weightShape: weightShape, c.parameters, bias: bias)
    }
    let plan = convolution(
      CDNNL_BACKWARD_WEIGHTS, x.shape, weightShape, g.shape, p, x.dtype, bias: bias)
    let layout = plan.whole[CDNNL_DIFF_WEIGHTS]
    let grouped = p.groups > 1
    let result =
      grouped
      ? storage(weightShape.grouped(p.groups), .f32, layout)
      : storage(weightShape, .f32, layout)
    let biasResult = bias ? storage([weightShape[0]], .f32) : nil
    let sums = [(CDNNL_DIFF_WEIGHTS, result)] + (biasResult.map { [(CDNNL_DIFF_BIAS, $0)] } ?? [])
    let parts = sums.map { role, sum in
      (role, plan.count == 1 ? sum.buffer : pool.buffer(byteCount: plan.count * byteCount(sum)))
    }
    plan.run(
      self,
      [
        (CDNNL_DIFF_DST, reordered(g, to: plan.whole[CDNNL_DIFF_DST]).buffer),
        (CDNNL_SRC, reordered(x, to: plan.whole[CDNNL_SRC]).buffer),
      ] + parts)
    if plan.count > 1 {
      for ((_, sum), (_, part)) in zip(sums, parts) { addUp(part, plan.count, into: sum) }
    }
    return (grouped ? viewed(result, as: weightShape) : result, biasResult)
  }
}

extension CPUBackend {
  /// Whether oneDNN cannot compute in the type of `x` here.
  func widens(_ x: Storage) -> Bool { x.dtype == .bf16 && !computesBF16 }
  func wide(_ x: Storage) -> Storage { converted(x, to: .f32) }
  func narrowed(_ x: Storage) -> Storage { converted(x, to: .bf16) }

  private func requireFit(_ x: Shape, _ w: Shape, _ y: Shape, _ p: ConvolutionParameters) {
    require(
      p.outputShape(input: x, weight: w) == y,
      "convolution: input \(x) and weight \(w) do not give output \(y)")
  }

  /// Weights in the layout of a plan; oneDNN gives groups an axis of their own.
  private func weights(
    _ w: Storage, _ p: ConvolutionParameters, _ layout: DNNLLayout, _ dtype: DType
  ) -> Storage {
    let source = p.groups > 1 ? viewed(w, as: w.shape.grouped(p.groups)) : w
    return reordered(source, to: layout, dtype: dtype)
  }

  /// How a convolution in bfloat16 becomes matrix products, where that is faster.
  private func winograd(
    _ x: Shape, _ w: Shape, _ y: Shape, _ p: ConvolutionParameters, _ dtype: DType
  ) -> WinogradConvolution? {
    hasBF16Vectors ? WinogradConvolution(x, w, y, p, dtype) : nil
  }

  /// How a convolution with gaps is taken apart, where that gives it Winograd's method.
  private func interleaving(
    _ pass: cdnnl_pass, _ x: Shape, _ w: Shape, _ y: Shape, _ p: ConvolutionParameters,
    _ dtype: DType
  ) -> InterleavedConvolution? {
    guard let c = InterleavedConvolution(x, w, y, p, dtype) else { return nil }
    let plan = convolution(
      pass, c.grids(of: x), w, c.grids(of: y), c.parameters, dtype, bias: false)
    return plan.whole.implementation.contains("wino") ? c : nil
  }

  private func convolution(
    _ pass: cdnnl_pass, _ x: Shape, _ w: Shape, _ y: Shape, _ p: ConvolutionParameters,
    _ dtype: DType, bias: Bool
  ) -> PiecewiseOperation {
    var p = p
    if pass != CDNNL_FORWARD { p.relu = false }
    let inPieces = isThreadInvariant
    let key = ConvolutionKey(
      pass: pass.rawValue, x: x, w: w, y: y, p: p, dtype: dtype, bias: bias, inPieces: inPieces)
    return convolutions.operation(key, threads: threads) {
      var window = cdnnl_window()
      window.groups = Int64(p.groups)
      window.inputChannels = Int64(x[1])
      window.outputChannels = Int64(y[1])
      window.input = (Int64(x[2]), Int64(x[3]))
      window.output = (Int64(y[2]), Int64(y[3]))
      window.kernel = (Int64(w[2]), Int64(w[3]))
      window.stride = p.stride.numbers
      window.dilation = p.dilation.numbers
      window.paddingLeft = p.padding.numbers
      window.paddingRight = p.padding.numbers
      return PiecewiseOperation(batch: x[0], inPieces: inPieces) { images in
        window.batch = Int64(images)
        return DNNLOperation(
          "convolution of \(x) with \(w)", threads: inPieces ? 1 : threads
        ) {
          cdnnl_convolution(&$0, pass, &window, dtype.dnnl, bias ? 1 : 0, p.relu ? 1 : 0)
        }
      }
    }
  }
}

extension Pair {
  var numbers: (Int64, Int64) { (Int64(height), Int64(width)) }
}

extension Shape {
  /// Weights [co, ci / groups, kh, kw] as [groups, co / groups, ci / groups, kh, kw].
  fileprivate func grouped(_ groups: Int) -> Shape {
    Shape([groups, self[0] / groups] + sizes.dropFirst())
  }
}
