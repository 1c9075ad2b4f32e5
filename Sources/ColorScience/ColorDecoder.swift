#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// How a distribution over bins becomes one color.
public enum ColorDecoding: Sendable, Hashable, Codable {
  /// The mean of the distribution sharpened to softmax(logits / temperature): at 1 it is the plain
  /// mean, toward 0 the mode; the paper takes 0.38.
  case annealedMean(temperature: Double)
  /// The annealed mean as the released network has it: logits multiplied by 2.606.
  case released
  /// The most probable bin, the first of them when several are.
  case mode

  /// The factor of the logits, and none for the mode.
  var scale: Float? {
    switch self {
    case .annealedMean(let temperature): Float(1 / temperature)
    case .released: 2.606
    case .mode: nil
    }
  }
}

/// Turns logits over bins into ab values.
///
/// - Shapes: logits [bins, pixels], planar; a and b [pixels].
/// - Source: Zhang, Isola & Efros, ECCV 2016, section 2.3.
public struct ColorDecoder: Sendable {
  /// The bins that the logits speak of.
  public let bins: ColorBins
  /// How a distribution becomes a color.
  public let decoding: ColorDecoding

  /// A decoder; traps when the temperature is not positive.
  public init(
    bins: ColorBins = .standard, decoding: ColorDecoding = .annealedMean(temperature: 0.38)
  ) {
    if case .annealedMean(let temperature) = decoding {
      require(temperature > 0, "ColorDecoder: the temperature \(temperature) is not positive")
    }
    self.bins = bins
    self.decoding = decoding
  }

  /// The ab planes of `pixels` pixels.
  public func decode(logits: [Float], pixels: Int) -> (a: [Float], b: [Float]) {
    var a = [Float](repeating: 0, count: pixels)
    var b = a
    logits.withUnsafeBufferPointer { logits in
      a.withUnsafeMutableBufferPointer { a in
        b.withUnsafeMutableBufferPointer { b in decode(logits: logits, a: a, b: b) }
      }
    }
    return (a, b)
  }

  /// Writes the ab planes; their length is the number of pixels.
  public func decode(
    logits: UnsafeBufferPointer<Float>, a: UnsafeMutableBufferPointer<Float>,
    b: UnsafeMutableBufferPointer<Float>
  ) {
    let pixels = a.count
    require(b.count == pixels, "ColorDecoder: planes of \(pixels) and \(b.count) pixels")
    forEachGroup(logits: logits, pixels: pixels) { first, start, count in
      let (z, place) = highest(first, pixels, count)
      guard let scale = decoding.scale else {
        for lane in 0..<count {
          a[start + lane] = bins.a[Int(place[lane])]
          b[start + lane] = bins.b[Int(place[lane])]
        }
        return
      }
      var sum = Lanes.zero
      var sumA = Lanes.zero
      var sumB = Lanes.zero
      bins.a.withUnsafeBufferPointer { binA in
        bins.b.withUnsafeBufferPointer { binB in
          for bin in 0..<binA.count {
            let e = exponential(((first + bin * pixels).lanes(count) - z) * scale)
            sum += e
            sumA += e * binA[bin]
            sumB += e * binB[bin]
          }
        }
      }
      (a.baseAddress! + start).store(sumA / sum, count)
      (b.baseAddress! + start).store(sumB / sum, count)
    }
  }

  /// The entropy of softmax(logits / temperature) at each of `pixels` pixels, in nats.
  public func entropy(logits: [Float], pixels: Int, temperature: Double = 1) -> [Float] {
    require(temperature > 0, "ColorDecoder: the temperature \(temperature) is not positive")
    let scale = Float(1 / temperature)
    var result = [Float](repeating: 0, count: pixels)
    logits.withUnsafeBufferPointer { logits in
      forEachGroup(logits: logits, pixels: pixels) { first, start, count in
        let (z, _) = highest(first, pixels, count)
        var sum = Lanes.zero
        var moment = Lanes.zero
        for bin in 0..<bins.count {
          let t = ((first + bin * pixels).lanes(count) - z) * scale
          let e = exponential(t)
          sum += e
          moment += e * t
        }
        // -sum p log p, with p = exp(t) / sum
        for lane in 0..<count { result[start + lane] = log(sum[lane]) - moment[lane] / sum[lane] }
      }
    }
    return result
  }

  /// Calls `body` with the place of the first logit of up to eight pixels, the number of the first
  /// pixel, and how many there are.
  @inline(__always)
  private func forEachGroup(
    logits: UnsafeBufferPointer<Float>, pixels: Int,
    _ body: (UnsafePointer<Float>, Int, Int) -> Void
  ) {
    require(
      logits.count == bins.count * pixels,
      "ColorDecoder: \(logits.count) logits are not [\(bins.count), \(pixels)]")
    guard pixels > 0 else { return }
    for start in stride(from: 0, to: pixels, by: 8) {
      body(logits.baseAddress! + start, start, min(8, pixels - start))
    }
  }

  /// The highest logit of each of the pixels that begin at `first`, and its bin.
  @inline(__always)
  private func highest(
    _ first: UnsafePointer<Float>, _ pixels: Int, _ count: Int
  ) -> (Lanes, SIMD8<Int32>) {
    var best = first.lanes(count)
    var place = SIMD8<Int32>.zero
    for bin in 1..<bins.count {
      let z = (first + bin * pixels).lanes(count)
      let higher = z .> best
      best.replace(with: z, where: higher)
      place.replace(with: SIMD8(repeating: Int32(bin)), where: higher)
    }
    return (best, place)
  }
}
