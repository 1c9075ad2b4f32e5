extension ReferenceBackend {
  /// Each window's largest element, the first in row-major order among equals; a NaN wins. The
  /// workspace holds its place in the input plane, row x width + column.
  public func maxPool(_ x: Storage, _ p: PoolingParameters) -> (y: Storage, workspace: Storage) {
    let shape = p.outputShape(input: x.shape)
    let values = read(x)
    let width = x.shape[3]
    var y = [Double](repeating: 0, count: shape.count)
    var places = y
    p.forEachWindow(x.shape, shape) { output, plane, rows, columns in
      var best = rows.lowerBound * width + columns.lowerBound
      for row in rows {
        for column in columns {
          let (value, old) = (values[plane + row * width + column], values[plane + best])
          if isLarger(value, than: old) { best = row * width + column }
        }
      }
      y[output] = values[plane + best]
      places[output] = Double(best)
    }
    return (write(y, shape, x.dtype), write(places, shape, .i32))
  }

  /// Each output's gradient goes to the element that won.
  public func maxPoolGradient(
    _ g: Storage, workspace: Storage, inputShape: Shape, _ p: PoolingParameters
  ) -> Storage {
    let (gs, places) = (read(g), read(workspace))
    var result = [Double](repeating: 0, count: inputShape.count)
    let (outputs, inputs) = (g.shape.plane, inputShape.plane)
    for i in gs.indices { result[i / outputs * inputs + Int(places[i])] += gs[i] }
    return write(result, inputShape, g.dtype)
  }
}

/// Whether a value takes the place of the largest so far; nothing is larger than a NaN.
func isLarger(_ value: Double, than largest: Double) -> Bool {
  value > largest || (value.isNaN && !largest.isNaN)
}

extension PoolingParameters {
  /// Calls `body` with the index of each output element, the start of its input plane, and the rows
  /// and columns of its window that lie inside the input.
  @inline(__always)
  func forEachWindow(
    _ x: Shape, _ y: Shape,
    _ body: (_ output: Int, _ plane: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void
  ) {
    let (height, width) = (x[2], x[3])
    var output = 0
    for plane in 0..<x[0] * x[1] {
      for i in 0..<y[2] {
        let top = i * stride.height - padding.height
        let rows = max(top, 0)..<min(top + window.height, height)
        for j in 0..<y[3] {
          let left = j * stride.width - padding.width
          let columns = max(left, 0)..<min(left + window.width, width)
          body(output, plane * height * width, rows, columns)
          output += 1
        }
      }
    }
  }
}
