/// Luma of sRGB as ITU-R BT.601 weighs it: what grayscale means in JPEG, torchvision and Pillow.
public enum Luma {
  /// The shares of red, green and blue.
  public static let shares = [0.299, 0.587, 0.114]

  /// The same in units of 2^-16, rounded: what Pillow multiplies whole numbers by.
  public static let fixedPoint: (red: Int32, green: Int32, blue: Int32) = {
    let units = shares.map { Int32(($0 * 65536).rounded()) }
    return (units[0], units[1], units[2])
  }()

  /// The luma of planes of red, green and blue, in their units.
  ///
  /// - Shapes: [3][pixels] to [pixels].
  public static func plane(rgb: [[Float]]) -> [Float] {
    require(rgb.count == 3, "Luma: \(rgb.count) planes; 3 are needed")
    let (red, green, blue) = (Float(shares[0]), Float(shares[1]), Float(shares[2]))
    return rgb[0].indices.map { red * rgb[0][$0] + green * rgb[1][$0] + blue * rgb[2][$0] }
  }
}
