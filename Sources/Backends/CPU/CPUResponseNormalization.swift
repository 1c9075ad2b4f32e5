internal import CDNNL
internal import CKernels

extension CPUBackend {
  /// y = x / (k + alpha / size * sum of squares over neighboring channels)^beta.
  public func responseNormalization(_ x: Storage, _ p: LRNParameters) -> (
    y: Storage, workspace: Storage?
  ) {
    if p.size % 2 == 0 {
      let source = rowMajor(x, as: .f32)
      let y = storage(x.shape, .f32)
      withExtendedLifetime((source, y)) {
        var geometry = ck_response(x.shape, p)
        ck_response_forward(&geometry, source.address(as: Float.self), y.address(as: Float.self))
      }
      return (converted(y, to: x.dtype), nil)
    }
    if widens(x) {
      let wide = responseNormalization(wide(x), p)
      return (narrowed(wide.y), wide.workspace)
    }
    let plan = plan(CDNNL_FORWARD, x, p)
    let y = storage(x.shape, x.dtype, plan[CDNNL_DST])
    var operands = [(CDNNL_SRC, x.buffer), (CDNNL_DST, y.buffer)]
    let workspace = plan.optional(CDNNL_WORKSPACE).map { self.workspace($0) }
    if let workspace { operands.append((CDNNL_WORKSPACE, workspace.buffer)) }
    plan.run(workingMemory, operands)
    return (y, workspace)
  }

  /// The gradient of the input.
  public func responseNormalizationGradient(
    _ g: Storage, x: Storage, y: Storage, workspace: Storage?, _ p: LRNParameters
  ) -> Storage {
    if p.size % 2 == 0 {
      let (g32, source) = (rowMajor(g, as: .f32), rowMajor(x, as: .f32))
      let result = storage(x.shape, .f32)
      withExtendedLifetime((g32, source, result)) {
        var geometry = ck_response(x.shape, p)
        ck_response_gradient(
          &geometry, g32.address(as: Float.self), source.address(as: Float.self),
          result.address(as: Float.self))
      }
      return converted(result, to: g.dtype)
    }
    if widens(x) {
      return narrowed(
        responseNormalizationGradient(wide(g), x: wide(x), y: wide(y), workspace: workspace, p))
    }
    let plan = plan(CDNNL_BACKWARD_DATA, x, p)
    let result = storage(x.shape, x.dtype, plan[CDNNL_DIFF_SRC])
    var operands = [
      (CDNNL_SRC, x.buffer), (CDNNL_DIFF_DST, reordered(g, to: plan[CDNNL_DIFF_DST]).buffer),
      (CDNNL_DIFF_SRC, result.buffer),
    ]
    if let workspace { operands.append((CDNNL_WORKSPACE, workspace.buffer)) }
    plan.run(workingMemory, operands)
    return result
  }

  /// Memory whose contents only the primitive that asked for it understands.
  private func workspace(_ layout: DNNLLayout) -> Storage {
    Storage(
      shape: [(layout.byteCount + 3) / 4], dtype: .i32,
      buffer: pool.buffer(byteCount: layout.byteCount), layout: .custom(layout))
  }

  private func plan(_ pass: cdnnl_pass, _ x: Storage, _ p: LRNParameters) -> DNNLOperation {
    let layout = layout(of: x)
    return plan(.response(pass: pass.rawValue, layout, p)) {
      DNNLOperation("response normalization of \(x.shape)", threads: threads) {
        cdnnl_response(
          &$0, pass, layout.handle, Int64(p.size), Float(p.alpha), Float(p.beta), Float(p.k))
      }
    }
  }
}

extension ck_response {
  fileprivate init(_ shape: Shape, _ p: LRNParameters) {
    self.init(
      batch: Int64(shape[0]), channels: Int64(shape[1]), plane: Int64(shape.plane),
      size: Int64(p.size), alpha: p.alpha, beta: p.beta, k: p.k)
  }
}
