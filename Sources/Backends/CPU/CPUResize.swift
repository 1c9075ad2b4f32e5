internal import CKernels

extension CPUBackend {
  /// Bilinear interpolation.
  public func resized(_ x: Storage, _ p: ResizeParameters) -> Storage {
    let shape: Shape = [x.shape[0], x.shape[1], p.size.height, p.size.width]
    let (source, y) = (rowMajor(x, as: .f32), storage(shape, .f32))
    p.withTables(x.shape, shape) {
      ck_resized($0, source.address(as: Float.self), y.address(as: Float.self))
    }
    withExtendedLifetime((source, y)) {}
    return converted(y, to: x.dtype)
  }

  /// Each input gathers the gradients of the outputs it entered.
  public func resizedGradient(_ g: Storage, inputShape: Shape, _ p: ResizeParameters) -> Storage {
    let (source, result) = (rowMajor(g, as: .f32), storage(inputShape, .f32))
    p.withTables(inputShape, g.shape) {
      ck_resized_gradient($0, source.address(as: Float.self), result.address(as: Float.self))
    }
    withExtendedLifetime((source, result)) {}
    return converted(result, to: g.dtype)
  }
}

extension ResizeParameters {
  /// Calls `body` with the two inputs and the weight of the second for every output row and column.
  fileprivate func withTables(
    _ x: Shape, _ y: Shape, _ body: (UnsafePointer<ck_resize>) -> Void
  ) {
    let (rows, columns) = (table(from: x[2], to: y[2]), table(from: x[3], to: y[3]))
    rows.first.withUnsafeBufferPointer { top in
      rows.second.withUnsafeBufferPointer { bottom in
        rows.weight.withUnsafeBufferPointer { down in
          columns.first.withUnsafeBufferPointer { left in
            columns.second.withUnsafeBufferPointer { right in
              columns.weight.withUnsafeBufferPointer { across in
                var geometry = ck_resize(
                  planes: Int64(x[0] * x[1]), input: (Int64(x[2]), Int64(x[3])),
                  output: (Int64(y[2]), Int64(y[3])), first: (top.baseAddress, left.baseAddress),
                  second: (bottom.baseAddress, right.baseAddress),
                  weight: (down.baseAddress, across.baseAddress))
                body(&geometry)
              }
            }
          }
        }
      }
    }
  }

  private func table(from input: Int, to output: Int) -> (
    first: [Int32], second: [Int32], weight: [Float]
  ) {
    var first: [Int32] = []
    var second: [Int32] = []
    var weight: [Float] = []
    for i in 0..<output {
      let position: Double
      switch corners {
      case .aligned:
        position = output > 1 ? Double(i) * (Double(input - 1) / Double(output - 1)) : 0
      case .halfPixel:
        let ratio = factor.map { 1 / $0 } ?? Double(input) / Double(output)
        position = max(ratio * (Double(i) + 0.5) - 0.5, 0)
      }
      let low = min(Int(position), input - 1)
      first.append(Int32(low))
      second.append(Int32(min(low + 1, input - 1)))
      weight.append(Float(min(position - Double(low), 1)))
    }
    return (first, second, weight)
  }
}
