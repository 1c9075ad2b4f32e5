extension ReferenceBackend {
  /// The mean of each window, where the border counts as zeros or not at all.
  public func averagePool(_ x: Storage, _ p: PoolingParameters) -> Storage {
    let shape = p.outputShape(input: x.shape)
    let values = read(x)
    let width = x.shape[3]
    var y = [Double](repeating: 0, count: shape.count)
    p.forEachWindow(x.shape, shape) { output, plane, rows, columns in
      var sum = 0.0
      for row in rows { for column in columns { sum += values[plane + row * width + column] } }
      y[output] = sum / p.divisor(x.shape, shape, output, rows, columns)
    }
    return write(y, shape, x.dtype)
  }

  /// Each output's gradient is shared by its window.
  public func averagePoolGradient(_ g: Storage, inputShape: Shape, _ p: PoolingParameters)
    -> Storage
  {
    let gs = read(g)
    let width = inputShape[3]
    var result = [Double](repeating: 0, count: inputShape.count)
    p.forEachWindow(inputShape, g.shape) { output, plane, rows, columns in
      let share = gs[output] / p.divisor(inputShape, g.shape, output, rows, columns)
      for row in rows { for column in columns { result[plane + row * width + column] += share } }
    }
    return write(result, inputShape, g.dtype)
  }
}

extension PoolingParameters {
  /// How many elements a window averages over; the border ends where `padding` does, even for a
  /// last window that reaches beyond it.
  fileprivate func divisor(
    _ x: Shape, _ y: Shape, _ output: Int, _ rows: Range<Int>, _ columns: Range<Int>
  ) -> Double {
    guard countsPadding else { return Double(rows.count * columns.count) }
    let top = output / y[3] % y[2] * stride.height - padding.height
    let left = output % y[3] * stride.width - padding.width
    let bottom = min(top + window.height, x[2] + padding.height)
    let right = min(left + window.width, x[3] + padding.width)
    return Double((bottom - top) * (right - left))
  }
}
