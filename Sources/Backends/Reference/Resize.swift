extension ReferenceBackend {
  /// Bilinear interpolation: each output is a mean of four inputs, weighted by nearness.
  public func resized(_ x: Storage, _ p: ResizeParameters) -> Storage {
    let shape: Shape = [x.shape[0], x.shape[1], p.size.height, p.size.width]
    let values = read(x)
    var y = [Double](repeating: 0, count: shape.count)
    p.forEachShare(x.shape, shape) { output, input, share in y[output] += share * values[input] }
    return write(y, shape, x.dtype)
  }

  /// Each input gathers the gradients of the outputs it entered, with the same weights.
  public func resizedGradient(_ g: Storage, inputShape: Shape, _ p: ResizeParameters) -> Storage {
    let gs = read(g)
    var result = [Double](repeating: 0, count: inputShape.count)
    p.forEachShare(inputShape, g.shape) { output, input, share in
      result[input] += share * gs[output]
    }
    return write(result, inputShape, g.dtype)
  }
}

extension ResizeParameters {
  /// Calls `body` with every output element, an input element, and its share in the output.
  @inline(__always)
  fileprivate func forEachShare(
    _ x: Shape, _ y: Shape, _ body: (_ output: Int, _ input: Int, _ share: Double) -> Void
  ) {
    let rows = (0..<y[2]).map { source($0, from: x[2], to: y[2]) }
    let columns = (0..<y[3]).map { source($0, from: x[3], to: y[3]) }
    var output = 0
    for plane in 0..<x[0] * x[1] {
      let start = plane * x[2] * x[3]
      for row in rows {
        for column in columns {
          body(output, start + row.low * x[3] + column.low, (1 - row.part) * (1 - column.part))
          body(output, start + row.low * x[3] + column.high, (1 - row.part) * column.part)
          body(output, start + row.high * x[3] + column.low, row.part * (1 - column.part))
          body(output, start + row.high * x[3] + column.high, row.part * column.part)
          output += 1
        }
      }
    }
  }

  /// The two input positions that output position `i` lies between, and how far along it lies.
  private func source(_ i: Int, from input: Int, to output: Int) -> (
    low: Int, high: Int, part: Double
  ) {
    let position: Double
    switch corners {
    case .aligned:
      position = output > 1 ? Double(i) * (Double(input - 1) / Double(output - 1)) : 0
    case .halfPixel:
      let ratio = factor.map { 1 / $0 } ?? Double(input) / Double(output)
      position = max(ratio * (Double(i) + 0.5) - 0.5, 0)
    }
    let low = min(Int(position), input - 1)
    return (low, min(low + 1, input - 1), min(position - Double(low), 1))
  }
}
