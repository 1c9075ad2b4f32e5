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

  /// The weight at distance `x`, its terms in the order that Pillow adds them.
  func weight(_ x: Double) -> Double {
    switch self {
    case .nearest, .box:
      return x > -0.5 && x <= 0.5 ? 1 : 0
    case .bilinear:
      return max(0, 1 - abs(x))
    case .bicubic:
      let (d, a) = (abs(x), -0.5)
      if d < 1 { return ((a + 2) * d - (a + 3)) * d * d + 1 }
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0
    case .lanczos:
      func sinc(_ x: Double) -> Double {
        let angle = x * .pi
        return x == 0 ? 1 : sin(angle) / angle
      }
      return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0
    }
  }
}
