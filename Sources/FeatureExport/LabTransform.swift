internal import ColorScience
internal import Networks

/// The numbers by which L, a and b come from sRGB, for programs that are not ours.
struct LabTransform {
  /// Encoded values above this are on the power curve of sRGB.
  static let encodedKnee = 0.04045
  /// Light above this has a cube root in CIE Lab.
  static let lightKnee = Lab.kneeOfLight
  /// The slope below.
  static let slope = Lab.slope

  /// For X, Y and Z, what linear red, green and blue contribute, over the white.
  let whitenedRows: [[Double]]
  /// For each channel, what the roots of X, Y and Z contribute.
  let rows: [[Double]]
  /// For each channel, what is added.
  let offsets: [Double]

  /// The transform to channels of CIE Lab.
  init(_ channels: Preprocessing.Channels) {
    whitenedRows = Lab.whitenedXYZFromRGB
    let all: [(row: [Double], offset: Double)] = [
      ([0, 116, 0], -16), ([500, -500, 0], 0), ([0, 200, -200], 0),
    ]
    let chosen =
      switch channels {
      case .lightness: [all[0]]
      case .ab: [all[1], all[2]]
      default: all
      }
    rows = chosen.map(\.row)
    offsets = chosen.map(\.offset)
  }
}
