public import Images

/// A change of the colors of a view, with its factor.
///
/// Every one ends in samples of 8 bits, cut off towards zero, as torchvision's do.
/// - Source: torchvision.transforms.v2.functional, `_color.py`, on tensors of 8 bits: numbers are
///   single precision, in its order of operations.
public enum ColorChange: Hashable, Sendable {
  /// Samples times a factor.
  case brightness(Double)
  /// Distances from the mean gray of the picture times a factor.
  case contrast(Double)
  /// Distances from each pixel's gray times a factor.
  case saturation(Double)
  /// Hues turned by this part of a full turn.
  case hue(Double)
  /// Every pixel's gray in place of its colors.
  case gray

  /// Whether nothing changes.
  public var isNone: Bool {
    switch self {
    case .brightness(let factor), .contrast(let factor), .saturation(let factor): factor == 1
    case .hue(let turn): turn == 0
    case .gray: false
    }
  }

  /// Changes a picture; traps unless it has three channels.
  public func apply(to picture: inout Picture) {
    precondition(picture.channels == 3, "ColorChange: a picture of \(picture.channels) channels")
    picture.samples.withUnsafeMutableBufferPointer { samples in
      switch self {
      case .brightness(let factor): Self.send(samples) { $0 * Float(factor) }
      case .contrast(let factor):
        let mean = Self.meanGray(samples)
        Self.send(samples) { Self.blend($0 * Float(factor), mean, 1 - factor) }
      case .saturation(let factor):
        for at in stride(from: 0, to: samples.count, by: 3) {
          let gray = Self.gray(samples, at).rounded(.down)
          for c in at..<at + 3 {
            samples[c] = Self.code(
              Self.blend(Float(samples[c]) * Float(factor), gray, 1 - factor))
          }
        }
      case .hue(let turn):
        for at in stride(from: 0, to: samples.count, by: 3) {
          Self.turn(samples, at, by: Float(turn))
        }
      case .gray:
        for at in stride(from: 0, to: samples.count, by: 3) {
          let gray = UInt8(Self.gray(samples, at))
          for c in at..<at + 3 { samples[c] = gray }
        }
      }
    }
  }

  /// Sends every sample through a curve over the 256 codes.
  private static func send(
    _ samples: UnsafeMutableBufferPointer<UInt8>, through curve: (Float) -> Float
  ) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { codes in
      for value in 0..<256 { codes[value] = code(curve(Float(value))) }
      for at in samples.indices { samples[at] = codes[Int(samples[at])] }
    }
  }

  /// x + b y, rounded once: what a fused product and sum gives, so that grays stay what they are.
  @inline(__always)
  private static func blend(_ x: Float, _ y: Float, _ b: Double) -> Float {
    Float(Double(x) + Double(y) * Double(Float(b)))
  }

  @inline(__always)
  private static func code(_ value: Float) -> UInt8 { UInt8(max(0, min(255, value))) }

  @inline(__always)
  private static func gray(_ samples: UnsafeMutableBufferPointer<UInt8>, _ at: Int) -> Float {
    0.2989 * Float(samples[at]) + 0.587 * Float(samples[at + 1]) + 0.114 * Float(samples[at + 2])
  }

  private static func meanGray(_ samples: UnsafeMutableBufferPointer<UInt8>) -> Float {
    var sum = 0
    for at in stride(from: 0, to: samples.count, by: 3) { sum += Int(gray(samples, at)) }
    return Float(Double(sum) / Double(samples.count / 3))
  }

  /// Turns the hue of the pixel at `at`: to hue, saturation and value, and back.
  @inline(__always)
  private static func turn(
    _ samples: UnsafeMutableBufferPointer<UInt8>, _ at: Int, by turn: Float
  ) {
    let (r, g, b) = (
      Float(samples[at]) / 255, Float(samples[at + 1]) / 255, Float(samples[at + 2]) / 255
    )
    let (most, least) = (max(r, max(g, b)), min(r, min(g, b)))
    let range = most - least
    // Grays have no hue.
    guard range > 0 else {
      let gray = UInt8(most * 255.999)
      for c in at..<at + 3 { samples[c] = gray }
      return
    }
    let saturation = range / most
    let (rest, green, blue) = ((most - r) / range, (most - g) / range, (most - b) / range)
    let sixth: Float =
      most == r ? blue - green : most == g ? 2 + rest - blue : 4 + green - rest
    var hue = sixth / 6 + 1
    hue -= hue.rounded(.down)
    hue += turn
    hue -= hue.rounded(.down)
    let scaled = hue * 6
    let sector = scaled.rounded(.down)
    let part = scaled - sector
    let p = unit(most * (1 - saturation))
    let q = unit(most * (1 - saturation * part))
    let t = unit(most * (1 - saturation * (1 - part)))
    let color: (Float, Float, Float) =
      switch Int(sector) % 6 {
      case 0: (most, t, p)
      case 1: (q, most, p)
      case 2: (p, most, t)
      case 3: (p, q, most)
      case 4: (t, p, most)
      default: (most, p, q)
      }
    samples[at] = UInt8(color.0 * 255.999)
    samples[at + 1] = UInt8(color.1 * 255.999)
    samples[at + 2] = UInt8(color.2 * 255.999)
  }

  @inline(__always)
  private static func unit(_ value: Float) -> Float { max(0, min(1, value)) }
}
