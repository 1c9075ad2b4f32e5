internal import Glibc
internal import Images
public import Randomness

/// Changes of exposure that a training sample is given; none by default.
///
/// Each is drawn from [-limit, limit] for a sample, and all three become one curve over the 256
/// codes of sRGB, the same for red, green and blue: so grays stay gray, and lightness and colors
/// change together, as they would with another exposure.
public struct Photometric: Codable, Hashable, Sendable {
  /// Codes are multiplied by 1 + x.
  public var brightness: Double = 0
  /// Distances from the middle code are multiplied by 1 + x.
  public var contrast: Double = 0
  /// Codes, as shares of the largest, are raised to the power 2^x.
  public var gamma: Double = 0

  /// No change.
  public init() {}

  /// Whether there is anything to draw.
  public var isNone: Bool { brightness == 0 && contrast == 0 && gamma == 0 }

  /// What is wrong with these limits; nil where nothing is.
  public var problem: String? {
    if !(0..<1).contains(brightness) { return "brightness must lie in 0..<1, it is \(brightness)" }
    if !(0..<1).contains(contrast) { return "contrast must lie in 0..<1, it is \(contrast)" }
    return (0...3).contains(gamma) ? nil : "gamma must lie in 0...3, it is \(gamma)"
  }

  /// The curve of one sample: what becomes of each code.
  public func curve(from stream: inout RandomStream) -> [UInt8] {
    precondition(problem == nil, "Photometric: \(problem ?? "")")
    func draw(_ limit: Double) -> Double { limit * stream.uniform(in: -1..<1) }
    let (brightness, contrast) = (1 + draw(self.brightness), 1 + draw(self.contrast))
    let exponent = exp2(draw(gamma))
    return (0...255).map { code in
      let bent = pow(Double(code) / 255, exponent)
      let value = 0.5 + (bent * brightness - 0.5) * contrast
      return UInt8((255 * min(max(value, 0), 1) + 0.5).rounded(.down))
    }
  }
}

extension Picture {
  /// Sends every sample of a picture without alpha through a curve over the 256 codes.
  func sent(through curve: [UInt8]) -> Picture {
    precondition(curve.count == 256 && channels != 4, "Picture.sent: a curve over 256 codes")
    var copy = self
    curve.withUnsafeBufferPointer { curve in
      copy.samples.withUnsafeMutableBufferPointer { samples in
        for at in samples.indices { samples[at] = curve[Int(samples[at])] }
      }
    }
    return copy
  }
}
