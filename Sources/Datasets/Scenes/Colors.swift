internal import Glibc
internal import Randomness

/// Linear light: red, green, blue in 0...1.
typealias Color = SIMD3<Float>

/// The linear light of an sRGB color written as 0xRRGGBB.
func hex(_ code: Int) -> Color {
  func linear(_ byte: Int) -> Float {
    let v = Float(byte & 255) / 255
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4)
  }
  return Color(linear(code >> 16), linear(code >> 8), linear(code))
}

/// sRGB bytes of 4096 levels of linear light.
let sRGBBytes: [UInt8] = (0..<4096).map { level in
  let v = Float(level) / 4095
  let encoded = v <= 0.0031308 ? 12.92 * v : 1.055 * pow(v, 1 / 2.4) - 0.055
  return UInt8((encoded * 255).rounded())
}

extension RandomStream {
  /// A number drawn uniformly from `low` to `high`.
  mutating func float(_ low: Float, _ high: Float) -> Float {
    low + (high - low) * Float(uniform())
  }

  /// One of these, each as likely.
  mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[index(below: choices.count)]
  }

  /// The index of one of these weights, as likely as it is heavy.
  mutating func weighted(_ weights: [Double]) -> Int {
    var rest = uniform() * weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      rest -= weight
      if rest < 0 { return index }
    }
    return weights.lastIndex { $0 > 0 } ?? 0
  }

  /// One of these sRGB codes as linear light, a little lighter or darker and off in hue.
  mutating func color(_ codes: Int..., spread: Float = 0.12) -> Color {
    let base = hex(pick(codes))
    let lightness = float(1 - spread, 1 + spread)
    let shift = Color(float(-1, 1), float(-1, 1), float(-1, 1)) * (spread * 0.35)
    return base * (Color(repeating: lightness) + shift)
  }
}
