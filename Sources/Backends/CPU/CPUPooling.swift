internal import CDNNL
internal import CKernels

extension CPUBackend {
  /// Each window's largest element, where a NaN counts as such; the workspace remembers which one
  /// it was.
  public func maxPool(_ x: Storage, _ p: PoolingParameters) -> (y: Storage, workspace: Storage) {
    let shape = p.outputShape(input: x.shape)
    let order = layouts.order(of: layout(of: x), x.shape, x.dtype)
    let source = reordered(x, to: layouts.layout(x.shape, x.dtype, order))
    let y = storage(shape, x.dtype, layouts.layout(shape, x.dtype, order))
    var geometry = ck_max_pooling(x.shape, shape, p, order)
    let bytes = byteCount(y) / y.dtype.byteCount * Int(ck_max_pool_winner_bytes(&geometry))
    let winners = Storage(
      shape: [(bytes + 3) / 4], dtype: .i32, buffer: pool.buffer(byteCount: bytes),
      layout: .custom(PoolWorkspace(order)))
    withExtendedLifetime((source, y, winners)) {
      ck_max_pool(&geometry, operand(source), operand(y), winners.buffer.address)
    }
    return (y, winners)
  }

  /// Each output's gradient goes to the element that won.
  public func maxPoolGradient(
    _ g: Storage, workspace: Storage, inputShape: Shape, _ p: PoolingParameters
  ) -> Storage {
    guard case .custom(let object) = workspace.layout, let memory = object as? PoolWorkspace else {
      fatalError("maxPoolGradient: the workspace is not one that maxPool made")
    }
    let source = reordered(g, to: layouts.layout(g.shape, g.dtype, memory.order))
    let result = storage(inputShape, g.dtype, layouts.layout(inputShape, g.dtype, memory.order))
    var geometry = ck_max_pooling(inputShape, g.shape, p, memory.order)
    withExtendedLifetime((source, workspace, result)) {
      ck_max_pool_gradient(
        &geometry, operand(source), workspace.buffer.address, operand(result))
    }
    return result
  }

  /// The mean of each window, where the border counts as zeros or not at all.
  public func averagePool(_ x: Storage, _ p: PoolingParameters) -> Storage {
    let shape = p.outputShape(input: x.shape)
    if p.countsBeyondBorder(x.shape, shape) {
      let source = rowMajor(x, as: .f32)
      let y = storage(shape, .f32)
      withExtendedLifetime((source, y)) {
        var geometry = ck_average(x.shape, shape, p)
        ck_average_pool(&geometry, source.address(as: Float.self), y.address(as: Float.self))
      }
      return converted(y, to: x.dtype)
    }
    if widens(x) { return narrowed(averagePool(wide(x), p)) }
    let plan = plan(CDNNL_FORWARD, p.averageKind, layout(of: x), x.shape, shape, p)
    let y = storage(shape, x.dtype, plan[CDNNL_DST])
    plan.run(workingMemory, [(CDNNL_SRC, x.buffer), (CDNNL_DST, y.buffer)])
    return y
  }

  /// Each output's gradient is shared by its window.
  public func averagePoolGradient(_ g: Storage, inputShape: Shape, _ p: PoolingParameters)
    -> Storage
  {
    if p.countsBeyondBorder(inputShape, g.shape) {
      let source = rowMajor(g, as: .f32)
      let result = storage(inputShape, .f32)
      withExtendedLifetime((source, result)) {
        var geometry = ck_average(inputShape, g.shape, p)
        ck_average_pool_gradient(
          &geometry, source.address(as: Float.self), result.address(as: Float.self))
      }
      return converted(result, to: g.dtype)
    }
    if widens(g) || (g.dtype == .bf16 && p.overlaps) {
      return channelsLast(
        averagePoolGradient(channelsLast(g, as: .f32), inputShape: inputShape, p), as: .bf16)
    }
    // The input's layout is not known here; channels innermost is fast for oneDNN.
    let input = layouts.layout(inputShape, g.dtype, .channelsLast)
    let plan = plan(CDNNL_BACKWARD_DATA, p.averageKind, input, inputShape, g.shape, p)
    let result = storage(inputShape, g.dtype, plan[CDNNL_DIFF_SRC])
    plan.run(
      workingMemory,
      [
        (CDNNL_DIFF_DST, reordered(g, to: plan[CDNNL_DIFF_DST]).buffer),
        (CDNNL_DIFF_SRC, result.buffer),
      ])
    return result
  }

  private func plan(
    _ pass: cdnnl_pass, _ kind: cdnnl_pool_kind, _ input: DNNLLayout, _ x: Shape, _ y: Shape,
    _ p: PoolingParameters
  ) -> DNNLOperation {
    plan(.pool(pass: pass.rawValue, kind: kind.rawValue, input, y, p)) {
      var window = cdnnl_window()
      window.batch = Int64(x[0])
      window.inputChannels = Int64(x[1])
      window.outputChannels = Int64(x[1])
      window.input = (Int64(x[2]), Int64(x[3]))
      window.output = (Int64(y[2]), Int64(y[3]))
      window.kernel = p.window.numbers
      window.stride = p.stride.numbers
      window.paddingLeft = p.padding.numbers
      window.paddingRight = (
        Int64(max(0, (y[2] - 1) * p.stride.height + p.window.height - x[2] - p.padding.height)),
        Int64(max(0, (y[3] - 1) * p.stride.width + p.window.width - x[3] - p.padding.width))
      )
      return DNNLOperation("pooling of \(x)", threads: threads) {
        cdnnl_pooling(&$0, pass, kind, &window, input.handle)
      }
    }
  }
}

/// The order of elements that the winners of max pooling lie in.
private final class PoolWorkspace: Sendable {
  let order: LayoutTable.Order
  init(_ order: LayoutTable.Order) { self.order = order }
}

extension ck_max_pooling {
  fileprivate init(
    _ x: Shape, _ y: Shape, _ p: PoolingParameters, _ order: LayoutTable.Order
  ) {
    let lanes = order.channelsTogether(of: x)
    self.init(
      planes: Int64(x[0] * ((x[1] + lanes - 1) / lanes)), lanes: Int64(lanes),
      input: (Int64(x[2]), Int64(x[3])), output: (Int64(y[2]), Int64(y[3])),
      window: p.window.numbers, stride: p.stride.numbers, padding: p.padding.numbers)
  }
}

extension PoolingParameters {
  fileprivate var averageKind: cdnnl_pool_kind {
    countsPadding ? CDNNL_POOL_AVERAGE : CDNNL_POOL_AVERAGE_INSIDE
  }

  /// Whether gradients of several windows meet: oneDNN would add them up in bfloat16.
  fileprivate var overlaps: Bool {
    stride.height < window.height || stride.width < window.width
  }

  /// Whether a window reaches beyond the border, where oneDNN would go on counting zeros.
  fileprivate func countsBeyondBorder(_ x: Shape, _ y: Shape) -> Bool {
    countsPadding
      && ((y[2] - 1) * stride.height + window.height > x[2] + 2 * padding.height
        || (y[3] - 1) * stride.width + window.width > x[3] + 2 * padding.width)
  }
}

extension ck_average {
  fileprivate init(_ x: Shape, _ y: Shape, _ p: PoolingParameters) {
    self.init(
      planes: Int64(x[0] * x[1]), input: (Int64(x[2]), Int64(x[3])),
      output: (Int64(y[2]), Int64(y[3])), window: p.window.numbers, stride: p.stride.numbers,
      padding: p.padding.numbers, counts_padding: p.countsPadding ? 1 : 0)
  }
}
