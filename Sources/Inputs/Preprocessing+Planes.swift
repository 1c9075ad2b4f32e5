internal import ColorScience
public import Networks
public import Tensors

extension Preprocessing {
  /// The same input as `planes(of:)` gives, for a device that makes it of words of 8-bit sRGB: at
  /// every `step`-th pixel, across and down from the first.
  ///
  /// Numbers differ by roundings: Lab by less than 1e-3 units before scaling.
  public func planeParameters(step: Int = 1) -> ColorPlaneParameters {
    func sums(_ factors: [[Double]], _ constants: [Double]) -> [[Float]] {
      factors.indices.map { plane in
        (factors[plane] + [constants[plane] - mean[plane]]).map { Float($0 * scale[plane]) }
      }
    }
    let (l, a, b) = ([0.0, 116, 0], [500.0, 0, 0], [0.0, 0, 200])
    switch channels {
    case .lightness: return Self.lab(sums([l], [-16]), step)
    case .ab: return Self.lab(sums([a, b], [0, 0]), step)
    case .lab: return Self.lab(sums([l, a, b], [-16, 0, 0]), step)
    case .gray: return Self.linear(sums([Luma.shares], [0]), step)
    case .rgb: return Self.linear(sums([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 0, 0]), step)
    }
  }

  private static func lab(_ sums: [[Float]], _ step: Int) -> ColorPlaneParameters {
    ColorPlaneParameters(
      curve: (0...255).map { Float(SRGB.linear(fromEncoded: Double($0) / 255)) },
      mixing: Lab.whitenedXYZFromRGB.flatMap { $0.map(Float.init) },
      root: .init(
        knee: Float(Lab.kneeOfLight), slope: Float(Lab.slope), start: Float(16.0 / 116)),
      sums: sums, step: step)
  }

  private static func linear(_ sums: [[Float]], _ step: Int) -> ColorPlaneParameters {
    ColorPlaneParameters(
      curve: (0...255).map { Float($0) / 255 }, mixing: [1, 0, 0, 0, 1, 0, 0, 0, 1], sums: sums,
      step: step)
  }
}
