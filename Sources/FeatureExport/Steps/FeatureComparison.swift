internal import Layers
internal import Networks
internal import Randomness
internal import Tensors

/// How far the features of two trunks are apart.
enum FeatureComparison {
  /// Keyed noise of this shape, uniform in -0.5..<0.5.
  static func noise(_ shape: Shape, seed: UInt64 = 2) -> Tensor {
    var stream = RandomKey(seed: seed).folding("comparison").stream()
    return Tensor(
      (0..<shape.count).map { _ in Float(stream.uniform(in: -0.5..<0.5)) }, shape: shape, on: .cpu)
  }

  /// The largest difference over pairs of layers (name before, name after), relative to each
  /// layer's largest value.
  static func largest(
    _ before: [String: Tensor], _ after: [String: Tensor], pairs: [(String, String)]
  ) -> Double {
    pairs.map { relativeDifference(after[$0.1]!, before[$0.0]!) }.max() ?? 0
  }

  /// What `interior` found.
  struct Interior {
    /// The largest difference, relative to each layer's largest value; infinite where a number is
    /// not finite.
    var difference = 0.0
    /// Positions that were compared, by layer.
    var positions: [String: Int] = [:]
  }

  /// Compares every layer of two trunks, or `layers`, at the positions that look at the same pixels
  /// and see no border: where both windows lie wholly inside their square inputs.
  ///
  /// Pixel p of `b`'s input is pixel p + `shift` of `a`'s.
  static func interior(
    _ a: Stack, _ inputA: Tensor, _ b: Stack, _ inputB: Tensor, shift: Int,
    of layers: Set<String>? = nil
  ) -> Interior {
    let (left, right) = (
      a.outputs(inputA, of: Set(a.names)), b.outputs(inputB, of: Set(b.names))
    )
    let (geometriesA, geometriesB) = (a.geometries, b.geometries)
    var result = Interior()
    for name in b.names where layers?.contains(name) ?? true {
      let (x, y) = (left[name]!, right[name]!)
      let (ga, gb) = (geometriesA[name]!, geometriesB[name]!)
      // Squares, so that one axis tells of both.
      let matches = (0..<y.shape[2]).compactMap { k -> (Int, Int)? in
        let center = gb.offset + gb.stride * Double(k)
        let i = (center + Double(shift) - ga.offset) / ga.stride
        guard i == i.rounded(), i >= 0, Int(i) < x.shape[2],
          gb.isInside(center, side: inputB.shape[2]),
          ga.isInside(center + Double(shift), side: inputA.shape[2])
        else { return nil }
        return (Int(i), k)
      }
      result.positions[name] = matches.count * matches.count
      let (u, v) = (x.floats, y.floats)
      guard u.allSatisfy(\.isFinite), v.allSatisfy(\.isFinite) else {
        result.difference = .infinity
        continue
      }
      let scale = Double(u.lazy.map(abs).max() ?? 0)
      var worst = 0.0
      for channel in 0..<x.shape[1] {
        for (rowA, rowB) in matches {
          for (columnA, columnB) in matches {
            let left = u[(channel * x.shape[2] + rowA) * x.shape[3] + columnA]
            let right = v[(channel * y.shape[2] + rowB) * y.shape[3] + columnB]
            worst = max(worst, Double(abs(left - right)))
          }
        }
      }
      result.difference = max(result.difference, worst == 0 ? 0 : worst / max(scale, 1e-30))
    }
    return result
  }
}

extension Geometry {
  /// Whether a window around this center lies wholly on an axis of `side` pixels.
  fileprivate func isInside(_ center: Double, side: Int) -> Bool {
    let reach = (receptiveField - 1) / 2
    return center - reach >= 0 && center + reach <= Double(side - 1)
  }
}
