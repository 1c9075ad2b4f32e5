internal import CDNNL

extension CPUBackend {
  /// Normalizes with the mean and the biased variance of the batch (single precision).
  public func batchNormalization(
    _ x: Storage, scale: Storage?, shift: Storage?, epsilon: Double, relu: Bool
  ) -> (y: Storage, mean: Storage, variance: Storage, workspace: Storage?) {
    if widens(x) {
      let wide = batchNormalization(
        wide(x), scale: scale, shift: shift, epsilon: epsilon, relu: relu)
      return (narrowed(wide.y), wide.mean, wide.variance, wide.workspace)
    }
    let x4 = planar(x)
    let plan = plan(
      CDNNL_FORWARD, x4, scale: scale, shift: shift, epsilon, relu: relu, given: false)
    let y = storage(like: x4)
    let (mean, variance) = (storage([x.shape[1]], .f32), storage([x.shape[1]], .f32))
    var operands =
      [
        (CDNNL_SRC, x4.buffer), (CDNNL_DST, y.buffer), (CDNNL_MEAN, mean.buffer),
        (CDNNL_VARIANCE, variance.buffer),
      ] + affine(scale, shift)
    var workspace: Storage?
    if relu, let layout = plan.optional(CDNNL_WORKSPACE) {
      let storage = self.workspace(layout)
      operands.append((CDNNL_WORKSPACE, storage.buffer))
      workspace = storage
    }
    plan.run(workingMemory, operands)
    return (unplanar(y, x.shape), mean, variance, workspace)
  }

  /// Normalizes with given statistics.
  public func batchNormalization(
    _ x: Storage, mean: Storage, variance: Storage, scale: Storage?, shift: Storage?,
    epsilon: Double, relu: Bool
  ) -> Storage {
    if widens(x) {
      return narrowed(
        batchNormalization(
          wide(x), mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon,
          relu: relu))
    }
    let x4 = planar(x)
    let plan = plan(
      CDNNL_FORWARD, x4, scale: scale, shift: shift, epsilon, relu: relu, given: true)
    let y = storage(like: x4)
    plan.run(
      workingMemory,
      [
        (CDNNL_SRC, x4.buffer), (CDNNL_DST, y.buffer),
        (CDNNL_MEAN, rowMajor(mean, as: .f32).buffer),
        (CDNNL_VARIANCE, rowMajor(variance, as: .f32).buffer),
      ] + affine(scale, shift))
    return unplanar(y, x.shape)
  }

  /// The gradient of either; without a workspace, the ReLU's mask is read off the output.
  public func batchNormalizationGradient(
    _ g: Storage, x: Storage, y: Storage, mean: Storage, variance: Storage, scale: Storage?,
    shift: Storage?, workspace: Storage?, epsilon: Double, relu: Bool, ofBatch: Bool
  ) -> (x: Storage, scale: Storage?, shift: Storage?) {
    if widens(x) {
      let wide = batchNormalizationGradient(
        wide(g), x: wide(x), y: wide(y), mean: mean, variance: variance, scale: scale,
        shift: shift, workspace: workspace, epsilon: epsilon, relu: relu, ofBatch: ofBatch)
      return (narrowed(wide.x), wide.scale, wide.shift)
    }
    let fused = relu && workspace != nil
    let x4 = planar(x)
    let unmasked = relu && !fused ? reluGradient(g, output: y, slope: 0) : g
    let g4 = reordered(planar(unmasked), to: layout(of: x4))
    let plan = plan(
      CDNNL_BACKWARD_DATA, x4, scale: scale, shift: shift, epsilon, relu: fused, given: !ofBatch)
    let result = storage(like: x4)
    let scaleResult = scale.map { _ in storage([x.shape[1]], .f32) }
    let shiftResult = shift.map { _ in storage([x.shape[1]], .f32) }
    var operands = [
      (CDNNL_SRC, x4.buffer), (CDNNL_DIFF_DST, g4.buffer), (CDNNL_DIFF_SRC, result.buffer),
      (CDNNL_MEAN, rowMajor(mean, as: .f32).buffer),
      (CDNNL_VARIANCE, rowMajor(variance, as: .f32).buffer),
    ]
    if let scale { operands.append((CDNNL_SCALE, rowMajor(scale, as: .f32).buffer)) }
    if let shift, cdnnl_version() < 30000 {  // oneDNN 2 counts it among its inputs
      operands.append((CDNNL_SHIFT, rowMajor(shift, as: .f32).buffer))
    }
    if let scaleResult { operands.append((CDNNL_DIFF_SCALE, scaleResult.buffer)) }
    if let shiftResult { operands.append((CDNNL_DIFF_SHIFT, shiftResult.buffer)) }
    if fused, let workspace { operands.append((CDNNL_WORKSPACE, workspace.buffer)) }
    plan.run(workingMemory, operands)
    return (
      unplanar(result, x.shape), scaleResult.map { converted($0, to: scale!.dtype) },
      shiftResult.map { converted($0, to: shift!.dtype) }
    )
  }
}

extension CPUBackend {
  /// Memory whose contents only the primitive that asked for it understands.
  func workspace(_ layout: DNNLLayout) -> Storage {
    Storage(
      shape: [(layout.byteCount + 3) / 4], dtype: .i32,
      buffer: pool.buffer(byteCount: layout.byteCount), layout: .custom(layout))
  }

  /// `x` as images [n, c, h, w].
  private func planar(_ x: Storage) -> Storage {
    require(x.shape.rank >= 2, "batch normalization: \(x.shape) has no channels")
    return x.shape.rank == 4 ? x : viewed(x, as: [x.shape[0], x.shape[1], x.shape.plane, 1])
  }

  private func unplanar(_ y: Storage, _ shape: Shape) -> Storage {
    shape.rank == 4 ? y : viewed(y, as: shape)
  }

  private func affine(_ scale: Storage?, _ shift: Storage?) -> [(cdnnl_role, Buffer)] {
    var operands: [(cdnnl_role, Buffer)] = []
    if let scale { operands.append((CDNNL_SCALE, rowMajor(scale, as: .f32).buffer)) }
    if let shift { operands.append((CDNNL_SHIFT, rowMajor(shift, as: .f32).buffer)) }
    return operands
  }

  private func plan(
    _ pass: cdnnl_pass, _ x: Storage, scale: Storage?, shift: Storage?, _ epsilon: Double,
    relu: Bool, given: Bool
  ) -> DNNLOperation {
    let layout = layout(of: x)
    let (hasScale, hasShift) = (scale != nil, shift != nil)
    let key = OperationKey.normalization(
      pass: pass.rawValue, layout, epsilon: Float(epsilon), scale: hasScale, shift: hasShift,
      relu: relu, given: given)
    return self.plan(key) {
      DNNLOperation("batch normalization of \(x.shape)") {
        cdnnl_normalization(
          &$0, pass, layout.handle, Float(epsilon), hasScale ? 1 : 0, hasShift ? 1 : 0,
          relu ? 1 : 0, given ? 1 : 0)
      }
    }
  }
}
