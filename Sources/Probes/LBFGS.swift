/// Minimizes a smooth function by limited-memory BFGS.
///
/// - Source: Liu & Nocedal, "On the limited memory BFGS method", 1989; steps are halved until the
///   function falls enough (Armijo), which is all a convex function needs.
struct LBFGS {
  /// Differences that are remembered.
  var memory = 10
  /// Steps at most.
  var iterations = 500
  /// Ends when no component of the gradient is larger than this.
  var tolerance = 1e-5

  /// The minimum found from `start`, and whether the gradient met the tolerance. `function` gives
  /// value and gradient.
  func minimize(
    from start: [Double], _ function: ([Double]) -> (value: Double, gradient: [Double])
  ) -> (point: [Double], isSolved: Bool) {
    var x = start
    var (value, gradient) = function(x)
    var history: [(step: [Double], change: [Double], curvature: Double)] = []
    for _ in 0..<iterations {
      if (gradient.lazy.map(abs).max() ?? 0) < tolerance { return (x, true) }
      var direction = descent(gradient, history)
      var slope = dot(gradient, direction)
      if slope >= 0 {
        history = []
        direction = gradient.map { -$0 }
        slope = -dot(gradient, gradient)
      }
      var length = history.isEmpty ? 1 / max(1, dot(gradient, gradient).squareRoot()) : 1
      var next = moved(x, direction, length)
      var found = function(next)
      while !(found.value <= value + 1e-4 * length * slope) && length > 1e-12 {
        length /= 2
        next = moved(x, direction, length)
        found = function(next)
      }
      // No step lowers the value any more: the end of this precision.
      guard found.value < value else { return (x, false) }
      let (step, change) = (difference(next, x), difference(found.gradient, gradient))
      let curvature = dot(step, change)
      if curvature > 1e-12 * dot(change, change).squareRoot() * dot(step, step).squareRoot() {
        history.append((step, change, curvature))
        if history.count > memory { history.removeFirst() }
      }
      (x, value, gradient) = (next, found.value, found.gradient)
    }
    return (x, (gradient.lazy.map(abs).max() ?? 0) < tolerance)
  }

  /// Minus the approximate inverse Hessian times the gradient, by the two-loop recursion.
  private func descent(
    _ gradient: [Double], _ history: [(step: [Double], change: [Double], curvature: Double)]
  ) -> [Double] {
    var q = gradient
    var factors: [Double] = []
    for pair in history.reversed() {
      let factor = dot(pair.step, q) / pair.curvature
      factors.append(factor)
      q = moved(q, pair.change, -factor)
    }
    if let last = history.last {
      let scale = last.curvature / dot(last.change, last.change)
      q = q.map { $0 * scale }
    }
    for (pair, factor) in zip(history, factors.reversed()) {
      q = moved(q, pair.step, factor - dot(pair.change, q) / pair.curvature)
    }
    return q.map { -$0 }
  }

  /// Sixteen sums, so that they need not wait for one another.
  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        var sums = SIMD16<Double>.zero
        var place = 0
        while place + 16 <= a.count {
          var (x, y) = (SIMD16<Double>.zero, SIMD16<Double>.zero)
          for lane in 0..<16 { (x[lane], y[lane]) = (a[place + lane], b[place + lane]) }
          sums += x * y
          place += 16
        }
        var sum = sums.sum()
        while place < a.count {
          sum += a[place] * b[place]
          place += 1
        }
        return sum
      }
    }
  }

  private func moved(_ a: [Double], _ b: [Double], _ factor: Double) -> [Double] {
    [Double](unsafeUninitializedCapacity: a.count) { out, count in
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          for place in 0..<a.count { out[place] = a[place] + factor * b[place] }
        }
      }
      count = a.count
    }
  }

  private func difference(_ a: [Double], _ b: [Double]) -> [Double] { moved(a, b, -1) }
}
