#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The two kinds of color vision without red or without green cones, in which reds and greens look
/// alike.
///
/// - Source: Machado, Oliveira & Fernandes, "A physiologically-based model for simulation of color
///   vision deficiency", IEEE TVCG 15, 2009: the matrices of severity 1, on linear light.
public enum ColorDeficiency: Sendable, CaseIterable {
  /// No red cones.
  case protanopia
  /// No green cones.
  case deuteranopia

  /// The color as which a person with normal vision sees what this vision makes of `color`; clipped
  /// to 0...1.
  public func seen(_ color: SRGB) -> SRGB {
    let light = [color.red, color.green, color.blue].map(SRGB.linear)
    let seen = (0..<3).map { row in
      let sum = (0..<3).reduce(0) { $0 + matrix[3 * row + $1] * light[$1] }
      return SRGB.encoded(fromLinear: min(max(sum, 0), 1))
    }
    return SRGB(red: seen[0], green: seen[1], blue: seen[2])
  }

  /// How far apart two colors are for this vision: the distance in Lab of what it makes of them.
  public func distance(_ first: Lab, _ second: Lab) -> Double {
    Lab(seen(first.sRGB)).distance(to: Lab(seen(second.sRGB)))
  }

  /// The two colors of the lightness of `center`, `reach` from it in a and b to either side, that
  /// look most alike to all `visions`; the redder one comes first. They are sought in steps of one
  /// degree.
  public static func confused(
    by visions: [ColorDeficiency], around center: Lab, reach: Double
  ) -> (redder: Lab, greener: Lab) {
    let pairs = (-90..<90).map { degrees in
      let (a, b) = (
        reach * cos(Double(degrees) * .pi / 180), reach * sin(Double(degrees) * .pi / 180)
      )
      return (
        redder: Lab(lightness: center.lightness, a: center.a + a, b: center.b + b),
        greener: Lab(lightness: center.lightness, a: center.a - a, b: center.b - b)
      )
    }
    func worst(_ pair: (redder: Lab, greener: Lab)) -> Double {
      visions.map { $0.distance(pair.redder, pair.greener) }.max() ?? 0
    }
    return pairs.min { worst($0) < worst($1) }!
  }

  private var matrix: [Double] {
    switch self {
    case .protanopia:
      [
        0.152286, 1.052583, -0.204868,
        0.114503, 0.786281, 0.099216,
        -0.003882, -0.048116, 1.051998,
      ]
    case .deuteranopia:
      [
        0.367322, 0.860646, -0.227968,
        0.280085, 0.672501, 0.047413,
        -0.011820, 0.042940, 0.968881,
      ]
    }
  }
}

extension Lab {
  /// How far apart two colors are, in the units of Lab (CIE 1976).
  public func distance(to other: Lab) -> Double {
    let (l, a, b) = (lightness - other.lightness, a - other.a, b - other.b)
    return (l * l + a * a + b * b).squareRoot()
  }
}
