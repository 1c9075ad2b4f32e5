internal import Glibc

/// How the samples of a resized picture are formed from the old ones.
///
/// Except for `nearest`, filters widen when a picture shrinks, so that nothing aliases.
public enum ResizeFilter: Sendable, CaseIterable {
  /// The nearest old pixel; the only filter for label masks.
  case nearest
  /// The mean of the old pixels under the new one.
  case box
  /// Triangle, the usual choice for training.
  case bilinear
  /// Keys's cubic with a = -1/2: sharper than bilinear.
  case bicubic
  /// Lanczos with three lobes: the sharpest.
  case lanczos

  /// Half the width of the filter, in pixels of the smaller picture.
  var support: Double {
    switch self {
    case .nearest, .box: 0.5
    case .bilinear: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The weight at distance `x`.
  func weight(_ x: Double) -> Double {
    switch self {
    case .nearest, .box:
      return x > -0.5 && x <= 0.5 ? 1 : 0
    case .bilinear:
      return max(0, 1 - abs(x))
    case .bicubic:
      let d = abs(x)
      if d < 1 { return (1.5 * d - 2.5) * d * d + 1 }
      return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0
    case .lanczos:
      func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(.pi * x) / (.pi * x) }
      return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0
    }
  }
}

/// For every new pixel along one axis, which old ones count and how much.
struct Taps {
  /// First old pixel of each new one.
  let starts: [Int]
  /// Weights of each new pixel, `width` slots apiece, unused ones zero; each row sums to 1.
  let weights: [Float]
  let width: Int

  /// Taps from the stretch `origin ..< origin + length` of `old` pixels to `new` pixels.
  ///
  /// - Source: Pillow's `precompute_coeffs`, so that results agree with it.
  init(old: Int, origin: Double, length: Double, new: Int, filter: ResizeFilter) {
    let scale = length / Double(new)
    let widening = max(scale, 1)
    let support = filter.support * widening
    let slots = min(old, Int(support.rounded(.up)) * 2 + 1)
    var starts = [Int](repeating: 0, count: new)
    var weights = [Float](repeating: 0, count: new * slots)
    var row = [Double](repeating: 0, count: slots)
    for pixel in 0..<new {
      let center = origin + (Double(pixel) + 0.5) * scale
      let first = max(0, Int(center - support + 0.5))
      let end = min(old, Int(center + support + 0.5))
      // Every row has `slots` taps inside the picture, so that loops need no bounds.
      let start = max(0, min(first, old - slots))
      var sum = 0.0
      for slot in 0..<slots {
        let at = start + slot
        let inside = at >= first && at < end
        row[slot] = inside ? filter.weight((Double(at) - center + 0.5) / widening) : 0
        sum += row[slot]
      }
      for slot in 0..<slots { weights[pixel * slots + slot] = Float(row[slot] / sum) }
      starts[pixel] = start
    }
    self.starts = starts
    self.weights = weights
    width = slots
  }
}
