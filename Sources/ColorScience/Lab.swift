#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A color in CIE 1976 L\*a\*b\*, for the white D65 seen by the 2-degree observer.
///
/// - Source: the constants, their rounding and the order of clipping are those of skimage's
///   `rgb2lab` and `lab2rgb`, by which the published bins and networks were made. Its white is not
///   the sum of its matrix rows, so grays have |a| and |b| of up to 0.005.
public struct Lab: Sendable, Equatable {
  /// Lightness, 0 (black) to 100 (white).
  public var lightness: Double
  /// Green (negative) to red.
  public var a: Double
  /// Blue (negative) to yellow.
  public var b: Double

  /// A color of these coordinates.
  public init(lightness: Double, a: Double, b: Double) {
    self.lightness = lightness
    self.a = a
    self.b = b
  }

  /// The same color as `color`.
  public init(_ color: SRGB) {
    let r = SRGB.linear(fromEncoded: color.red)
    let g = SRGB.linear(fromEncoded: color.green)
    let b = SRGB.linear(fromEncoded: color.blue)
    let m = CIE.xyzFromRGB
    let x = Lab.compressed((m[0] * r + m[1] * g + m[2] * b) / CIE.white.x)
    let y = Lab.compressed((m[3] * r + m[4] * g + m[5] * b) / CIE.white.y)
    let z = Lab.compressed((m[6] * r + m[7] * g + m[8] * b) / CIE.white.z)
    self.init(lightness: 116 * y - 16, a: 500 * (x - y), b: 200 * (y - z))
  }

  /// The same color in sRGB, every component clipped to 0...1 after the gamma curve.
  public var sRGB: SRGB {
    let fy = (lightness + 16) / 116
    let x = Lab.expanded(fy + a / 500) * CIE.white.x
    let y = Lab.expanded(fy) * CIE.white.y
    let z = Lab.expanded(max(fy - b / 200, 0)) * CIE.white.z
    let m = CIE.rgbFromXYZ
    func component(_ row: Int) -> Double {
      let light = m[3 * row] * x + m[3 * row + 1] * y + m[3 * row + 2] * z
      return min(max(SRGB.encoded(fromLinear: light), 0), 1)
    }
    return SRGB(red: component(0), green: component(1), blue: component(2))
  }

  private static func compressed(_ t: Double) -> Double {
    t > CIE.kneeOfLight ? cbrt(t) : CIE.slope * t + 16.0 / 116
  }

  private static func expanded(_ f: Double) -> Double {
    f > CIE.kneeOfRoot ? f * f * f : (f - 16.0 / 116) / CIE.slope
  }
}

/// skimage's numbers.
enum CIE {
  static let white = (x: 0.95047, y: 1.0, z: 1.08883)
  static let kneeOfLight = 0.008856
  static let kneeOfRoot = 0.2068966
  static let slope = 7.787

  /// Row by row.
  static let xyzFromRGB: [Double] = [
    0.412453, 0.357580, 0.180423,
    0.212671, 0.715160, 0.072169,
    0.019334, 0.119193, 0.950227,
  ]

  /// The inverse of `xyzFromRGB`, row by row.
  static let rgbFromXYZ: [Double] = [
    3.2404813432005266, -1.5371515162713183, -0.4985363261688878,
    -0.9692549499965682, 1.8759900014898907, 0.04155592655829284,
    0.055646639135177166, -0.20404133836651123, 1.0573110696453443,
  ]
}

extension Lab {
  /// What linear red, green and blue contribute to X, Y and Z, each over that of the white.
  public static let whitenedXYZFromRGB: [[Double]] = {
    let white = [CIE.white.x, CIE.white.y, CIE.white.z]
    return (0..<3).map { row in (0..<3).map { CIE.xyzFromRGB[3 * row + $0] / white[row] } }
  }()

  /// Light, as a share of the white's, above which the cube root is taken.
  public static let kneeOfLight = CIE.kneeOfLight
  /// The slope of the line that stands for the root below.
  public static let slope = CIE.slope
}
