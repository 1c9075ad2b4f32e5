#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension ReferenceBackend {
  /// Numbers for every `p.step`-th pixel.
  ///
  /// - Source: the chain from sRGB to CIE Lab (IEC 61966-2-1, CIE 15), with the caller's numbers.
  public func colorPlanes(_ pixels: Storage, _ p: ColorPlaneParameters, dtype: DType) -> Storage {
    let shape = p.outputShape(pixels: pixels.shape)
    let words = indices(of: pixels)
    var planes = [Double](repeating: 0, count: shape.count)
    let (curve, mixing, sums) = (p.curve.map(Double.init), p.mixing.map(Double.init), p.sums)
    for position in 0..<shape[0] * shape.plane {
      let (image, place) = (position / shape.plane, position % shape.plane)
      let row = image * pixels.shape[1] + place / shape[3] * p.step
      let word = words[row * pixels.shape[2] + place % shape[3] * p.step]
      let light = (0..<3).map { curve[Int(word >> Int32(8 * $0)) & 255] }
      var t = (0..<3).map { row in
        (0..<3).reduce(0) { $0 + mixing[3 * row + $1] * light[$1] }
      }
      if let root = p.root {
        let f = t.map {
          $0 > Double(root.knee) ? cbrt($0) : Double(root.slope) * $0 + Double(root.start)
        }
        t = [f[0] - f[1], f[1], f[1] - f[2]]
      }
      for plane in 0..<shape[1] {
        planes[(image * shape[1] + plane) * shape.plane + place] = (0..<3).reduce(
          Double(sums[4 * plane + 3])
        ) { $0 + Double(sums[4 * plane + $1]) * t[$1] }
      }
    }
    return write(planes, shape, dtype)
  }

  /// The nearest centers of each position and their Gaussian shares.
  ///
  /// - Source: Zhang, Isola & Efros, ECCV 2016, section 2.1.
  public func softCode(_ x: Storage, _ p: SoftCodeParameters) -> (
    classes: Storage, shares: Storage, entropy: Storage
  ) {
    p.check(x.shape)
    let (values, plane, channels) = (read(x), x.shape.plane, x.shape[1])
    let shape = x.shape.replacing(1, with: p.neighbors)
    var classes = [Double](repeating: 0, count: shape.count)
    var shares = classes
    var entropy = [Double](repeating: 0, count: x.shape[0] * plane)
    for position in entropy.indices {
      let (image, place) = (position / plane, position % plane)
      let point = (0..<channels).map { values[(image * channels + $0) * plane + place] }
      require(point.allSatisfy(\.isFinite), "softCode: position \(position) is not finite")
      let distances = (0..<p.bins).map { bin in
        point.enumerated().reduce(0.0) {
          let d = $1.element - Double(p.centers[$1.offset * p.bins + bin])
          return $0 + d * d
        }
      }
      let nearest = distances.indices.sorted {
        distances[$0] == distances[$1] ? $0 < $1 : distances[$0] < distances[$1]
      }.prefix(p.neighbors)
      // Relative to the nearest, so that a point far from every center has a code too.
      let terms = nearest.map {
        exp((distances[nearest[0]] - distances[$0]) / (2 * p.sigma * p.sigma))
      }
      let sum = terms.reduce(0, +)
      for (k, bin) in nearest.enumerated() {
        let (share, at) = (terms[k] / sum, (image * p.neighbors + k) * plane + place)
        (classes[at], shares[at]) = (Double(bin), share)
        if share > 0 { entropy[position] -= share * log(share) }
      }
    }
    return (
      write(classes, shape, .i32), write(shares, shape, x.dtype.ofSums),
      write(entropy, x.shape.replacing(1, with: 1), x.dtype.ofSums)
    )
  }

  /// What the first class of each position weighs; 0 in images without a large magnitude.
  public func codeWeights(_ x: Storage, classes: Storage?, _ p: CodeWeightParameters) -> Storage {
    p.check(x.shape, classes)
    let (values, plane) = (read(x), x.shape.plane)
    let found = classes.map { (indices(of: $0), $0.shape[1]) }
    var weights = [Double](repeating: 1, count: x.shape[0] * plane)
    for position in weights.indices {
      let (image, place) = (position / plane, position % plane)
      if let (classes, k) = found {
        let first = Int(classes[image * k * plane + place])
        require(
          p.weights.indices.contains(first),
          "codeWeights: class \(first) at position \(position) is not below \(p.weights.count)")
        weights[position] = Double(p.weights[first])
      }
      let size = x.shape[1] * plane
      let isColored = values[image * size..<(image + 1) * size].contains {
        abs($0) > Double(p.threshold)
      }
      if !isColored { weights[position] = 0 }
    }
    return write(weights, x.shape.replacing(1, with: 1), x.dtype.ofSums)
  }
}
