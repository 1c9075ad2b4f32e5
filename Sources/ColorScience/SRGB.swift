#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A color in sRGB: gamma-encoded red, green and blue, nominally in 0...1.
public struct SRGB: Sendable, Equatable {
  /// Red, green and blue, gamma-encoded.
  public var red, green, blue: Double

  /// A color of these gamma-encoded components.
  public init(red: Double, green: Double, blue: Double) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// A color of these 8-bit codes.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.init(red: Double(red) / 255, green: Double(green) / 255, blue: Double(blue) / 255)
  }

  /// The nearest 8-bit codes, halves rounded up; components outside 0...1 are clipped.
  public var codes: (red: UInt8, green: UInt8, blue: UInt8) {
    func code(_ value: Double) -> UInt8 {
      UInt8((255 * min(max(value, 0), 1) + 0.5).rounded(.down))
    }
    return (code(red), code(green), code(blue))
  }

  /// The linear light of a gamma-encoded component.
  ///
  /// - Source: IEC 61966-2-1, with the rounded constants of skimage.
  public static func linear(fromEncoded value: Double) -> Double {
    value > 0.04045 ? pow((value + 0.055) / 1.055, 2.4) : value / 12.92
  }

  /// The gamma-encoded component of a linear light, not clipped.
  ///
  /// - Source: IEC 61966-2-1, with the rounded constants of skimage.
  public static func encoded(fromLinear value: Double) -> Double {
    value > 0.0031308 ? 1.055 * pow(value, 1 / 2.4) - 0.055 : 12.92 * value
  }
}
