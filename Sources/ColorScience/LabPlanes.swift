/// A picture as three planes of lightness, a and b, row by row from the top.
///
/// - Shapes: interleaved RGB [pixels, 3] of 8-bit codes; each plane [pixels].
/// - Source: the conversion of `Lab`, in Float: within 5e-4 Lab units of it.
public struct LabPlanes: Sendable, Equatable {
  /// Lightness, 0...100.
  public var lightness: [Float]
  /// Green to red, and blue to yellow.
  public var a, b: [Float]

  /// The planes given; traps when they differ in length.
  public init(lightness: [Float], a: [Float], b: [Float]) {
    require(
      lightness.count == a.count && a.count == b.count,
      "LabPlanes: the planes differ in length, \(lightness.count), \(a.count) and \(b.count)")
    self.lightness = lightness
    self.a = a
    self.b = b
  }

  /// The planes of interleaved 8-bit sRGB.
  public init(rgb: [UInt8]) {
    let pixels = rgb.count / 3
    lightness = [Float](repeating: 0, count: pixels)
    a = lightness
    b = lightness
    rgb.withUnsafeBufferPointer { codes in
      lightness.withUnsafeMutableBufferPointer { l in
        a.withUnsafeMutableBufferPointer { a in
          b.withUnsafeMutableBufferPointer { b in
            LabPlanes.convert(rgb: codes, lightness: l, a: a, b: b)
          }
        }
      }
    }
  }

  /// Interleaved 8-bit sRGB, clipped to the gamut component by component.
  public var rgb: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: lightness.count * 3) { codes, count in
      lightness.withUnsafeBufferPointer { l in
        a.withUnsafeBufferPointer { a in
          b.withUnsafeBufferPointer { b in
            LabPlanes.convert(lightness: l, a: a, b: b, rgb: codes)
          }
        }
      }
      count = lightness.count * 3
    }
  }

  /// Writes the planes of the interleaved 8-bit sRGB in `rgb`; traps when the lengths do not fit.
  public static func convert(
    rgb: UnsafeBufferPointer<UInt8>, lightness: UnsafeMutableBufferPointer<Float>,
    a: UnsafeMutableBufferPointer<Float>, b: UnsafeMutableBufferPointer<Float>
  ) {
    let pixels = rgb.count / 3
    checkLengths(rgb.count, lightness.count, a.count, b.count)
    guard pixels > 0, let codes = rgb.baseAddress, let lightness = lightness.baseAddress,
      let a = a.baseAddress, let b = b.baseAddress
    else { return }
    let m = Tables.shared.whitenedXYZFromRGB
    Tables.shared.light.withUnsafeBufferPointer { light in
      for start in stride(from: 0, to: pixels, by: 8) {
        let count = min(8, pixels - start)
        let (red, green, blue) = lights(codes + 3 * start, count, light.baseAddress!)
        let x = compressed(m.0 * red + m.1 * green + m.2 * blue)
        let y = compressed(m.3 * red + m.4 * green + m.5 * blue)
        let z = compressed(m.6 * red + m.7 * green + m.8 * blue)
        (lightness + start).store(116 * y - 16, count)
        (a + start).store(500 * (x - y), count)
        (b + start).store(200 * (y - z), count)
      }
    }
  }

  /// Writes (L - mean) * scale of the interleaved 8-bit sRGB in `rgb`, a third of the work of the
  /// whole conversion; traps when the lengths do not fit.
  public static func convert(
    rgb: UnsafeBufferPointer<UInt8>, lightness: UnsafeMutableBufferPointer<Float>,
    mean: Float = 0, scale: Float = 1
  ) {
    let pixels = rgb.count / 3
    checkLengths(rgb.count, lightness.count, pixels, pixels)
    guard pixels > 0, let codes = rgb.baseAddress, let lightness = lightness.baseAddress else {
      return
    }
    let m = Tables.shared.whitenedXYZFromRGB
    Tables.shared.light.withUnsafeBufferPointer { light in
      for start in stride(from: 0, to: pixels, by: 8) {
        let count = min(8, pixels - start)
        let (red, green, blue) = lights(codes + 3 * start, count, light.baseAddress!)
        let y = compressed(m.3 * red + m.4 * green + m.5 * blue)
        (lightness + start).store((116 * y - 16 - mean) * scale, count)
      }
    }
  }

  /// The a and b of every `step`-th pixel of a picture of interleaved 8-bit sRGB, across and down
  /// from the first: what the targets of training are. Only these pixels are converted.
  ///
  /// - Shapes: [rows / step, width / step], both rounded up.
  public static func chroma(
    ofRGB rgb: [UInt8], width: Int, step: Int
  ) -> (a: [Float], b: [Float]) {
    require(
      width > 0 && step > 0 && rgb.count % (3 * width) == 0,
      "LabPlanes: \(rgb.count) samples are no RGB picture \(width) pixels wide")
    if step == 1 {
      let planes = LabPlanes(rgb: rgb)
      return (planes.a, planes.b)
    }
    let height = rgb.count / (3 * width)
    var chosen: [UInt8] = []
    chosen.reserveCapacity(3 * ((width + step - 1) / step) * ((height + step - 1) / step))
    for row in stride(from: 0, to: height, by: step) {
      for at in stride(from: row * width, to: (row + 1) * width, by: step) {
        chosen.append(rgb[3 * at])
        chosen.append(rgb[3 * at + 1])
        chosen.append(rgb[3 * at + 2])
      }
    }
    let planes = LabPlanes(rgb: chosen)
    return (planes.a, planes.b)
  }

  /// The linear light of up to eight pixels.
  @inline(__always)
  private static func lights(
    _ codes: UnsafePointer<UInt8>, _ count: Int, _ light: UnsafePointer<Float>
  ) -> (Lanes, Lanes, Lanes) {
    var (red, green, blue) = (Lanes.zero, Lanes.zero, Lanes.zero)
    @inline(__always)
    func look(_ lane: Int) {
      red[lane] = light[Int(codes[3 * lane])]
      green[lane] = light[Int(codes[3 * lane + 1])]
      blue[lane] = light[Int(codes[3 * lane + 2])]
    }
    if count == 8 {
      for lane in 0..<8 { look(lane) }
    } else {
      for lane in 0..<count { look(lane) }
    }
    return (red, green, blue)
  }

  /// Writes the planes as interleaved 8-bit sRGB; traps when the lengths do not fit.
  ///
  /// Components are clipped after the gamma curve; what is not a number becomes 0.
  public static func convert(
    lightness: UnsafeBufferPointer<Float>, a: UnsafeBufferPointer<Float>,
    b: UnsafeBufferPointer<Float>, rgb: UnsafeMutableBufferPointer<UInt8>
  ) {
    let pixels = lightness.count
    checkLengths(rgb.count, lightness.count, a.count, b.count)
    guard pixels > 0, let codes = rgb.baseAddress, let lightness = lightness.baseAddress,
      let a = a.baseAddress, let b = b.baseAddress
    else { return }
    let m = Tables.shared.rgbFromWhitenedXYZ
    Tables.shared.code.withUnsafeBufferPointer { table in
      Tables.shared.threshold.withUnsafeBufferPointer { threshold in
        for start in stride(from: 0, to: pixels, by: 8) {
          let count = min(8, pixels - start)
          let fy = ((lightness + start).lanes(count) + 16) * (1 / 116)
          let fz = fy - (b + start).lanes(count) * (1 / 200)
          let x = expanded(fy + (a + start).lanes(count) * (1 / 500))
          let y = expanded(fy)
          let z = expanded(fz.replacing(with: 0, where: fz .< 0))
          let red = m.0 * x + m.1 * y + m.2 * z
          let green = m.3 * x + m.4 * y + m.5 * z
          let blue = m.6 * x + m.7 * y + m.8 * z
          for lane in 0..<count {
            let pixel = codes + 3 * (start + lane)
            pixel[0] = encoded(red[lane], table, threshold)
            pixel[1] = encoded(green[lane], table, threshold)
            pixel[2] = encoded(blue[lane], table, threshold)
          }
        }
      }
    }
  }

  private static func checkLengths(_ rgb: Int, _ lightness: Int, _ a: Int, _ b: Int) {
    require(
      rgb == 3 * lightness && lightness == a && a == b,
      "LabPlanes: \(rgb) RGB samples do not fit planes of \(lightness), \(a) and \(b)")
  }

  @inline(__always)
  static func compressed(_ t: Lanes) -> Lanes {
    let straight = Float(CIE.slope) * t + Float(16.0 / 116)
    return straight.replacing(with: cubeRoot(t), where: t .> Float(CIE.kneeOfLight))
  }

  @inline(__always)
  static func expanded(_ f: Lanes) -> Lanes {
    let straight = (f - Float(16.0 / 116)) * Float(1 / CIE.slope)
    return straight.replacing(with: f * f * f, where: f .> Float(CIE.kneeOfRoot))
  }

  /// The 8-bit code of a linear light: a table gives the code at the lower end of a cell that holds
  /// at most one change of code, and one comparison settles which side of it the light is on.
  @inline(__always)
  private static func encoded(
    _ light: Float, _ table: UnsafeBufferPointer<UInt8>, _ threshold: UnsafeBufferPointer<Float>
  ) -> UInt8 {
    let clipped = light > 0 ? min(light, 1) : 0
    let low = table[Int(clipped * Float(Tables.cells))]
    return clipped >= threshold[Int(low)] ? low &+ 1 : low
  }
}

typealias Matrix = (Float, Float, Float, Float, Float, Float, Float, Float, Float)

/// What the conversions look up.
struct Tables {
  static let shared = Tables()
  /// Codes change at most 12.92 * 255 < 4096 times in a unit of light.
  static let cells = 4096

  /// The linear light of every code.
  let light: [Float]
  /// The code at the lower end of every cell of light.
  let code: [UInt8]
  /// The light at which a code gives way to the next.
  let threshold: [Float]
  let whitenedXYZFromRGB: Matrix
  let rgbFromWhitenedXYZ: Matrix

  init() {
    light = (0...255).map { Float(SRGB.linear(fromEncoded: Double($0) / 255)) }
    let changes = (0..<255).map { Float(SRGB.linear(fromEncoded: (Double($0) + 0.5) / 255)) }
    threshold = changes + [.infinity]
    code = (0...Tables.cells).map { cell in
      let light = Float(cell) / Float(Tables.cells)
      return UInt8(changes.count(where: { $0 <= light }))
    }
    let white = [CIE.white.x, CIE.white.y, CIE.white.z]
    let forward = CIE.xyzFromRGB.enumerated().map { Float($1 / white[$0 / 3]) }
    let backward = CIE.rgbFromXYZ.enumerated().map { Float($1 * white[$0 % 3]) }
    func matrix(_ m: [Float]) -> Matrix {
      (m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8])
    }
    whitenedXYZFromRGB = matrix(forward)
    rgbFromWhitenedXYZ = matrix(backward)
  }
}
