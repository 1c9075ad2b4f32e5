#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension LabPlanes {
  /// The planes of interleaved 16-bit sRGB.
  public init(deepRGB codes: [UInt16]) {
    let pixels = codes.count / 3
    require(codes.count == 3 * pixels, "LabPlanes: \(codes.count) samples are no RGB picture")
    var (l, a, b) = ([Float](), [Float](), [Float]())
    l.reserveCapacity(pixels)
    a.reserveCapacity(pixels)
    b.reserveCapacity(pixels)
    let m = Tables.shared.whitenedXYZFromRGB
    DeepTable.light.withUnsafeBufferPointer { light in
      for start in stride(from: 0, to: pixels, by: 8) {
        let count = min(8, pixels - start)
        var (red, green, blue) = (Lanes.zero, Lanes.zero, Lanes.zero)
        for lane in 0..<count {
          let at = 3 * (start + lane)
          red[lane] = light[Int(codes[at])]
          green[lane] = light[Int(codes[at + 1])]
          blue[lane] = light[Int(codes[at + 2])]
        }
        let x = LabPlanes.compressed(m.0 * red + m.1 * green + m.2 * blue)
        let y = LabPlanes.compressed(m.3 * red + m.4 * green + m.5 * blue)
        let z = LabPlanes.compressed(m.6 * red + m.7 * green + m.8 * blue)
        for lane in 0..<count {
          l.append(116 * y[lane] - 16)
          a.append(500 * (x[lane] - y[lane]))
          b.append(200 * (y[lane] - z[lane]))
        }
      }
    }
    self.init(lightness: l, a: a, b: b)
  }

  /// Interleaved 16-bit sRGB, clipped to the gamut component by component: within a code or two of
  /// 65536 of what `Lab` gives in Double.
  public var deepRGB: [UInt16] {
    let m = Tables.shared.rgbFromWhitenedXYZ
    var codes: [UInt16] = []
    codes.reserveCapacity(3 * lightness.count)
    func code(_ light: Float) -> UInt16 {
      guard light > 0 else { return 0 }  // what is not a number becomes 0, too
      let encoded = light > 0.0031308 ? 1.055 * powf(light, 1 / 2.4) - 0.055 : 12.92 * light
      return UInt16(min(encoded, 1) * 65_535 + 0.5)
    }
    for start in stride(from: 0, to: lightness.count, by: 8) {
      let count = min(8, lightness.count - start)
      func lanes(_ plane: [Float]) -> Lanes {
        plane.withUnsafeBufferPointer { ($0.baseAddress! + start).lanes(count) }
      }
      let fy = (lanes(lightness) + 16) * (1 / 116)
      let fz = fy - lanes(b) * (1 / 200)
      let x = LabPlanes.expanded(fy + lanes(a) * (1 / 500))
      let y = LabPlanes.expanded(fy)
      let z = LabPlanes.expanded(fz.replacing(with: 0, where: fz .< 0))
      let red = m.0 * x + m.1 * y + m.2 * z
      let green = m.3 * x + m.4 * y + m.5 * z
      let blue = m.6 * x + m.7 * y + m.8 * z
      for lane in 0..<count {
        codes.append(code(red[lane]))
        codes.append(code(green[lane]))
        codes.append(code(blue[lane]))
      }
    }
    return codes
  }
}

private enum DeepTable {
  /// The linear light of every 16-bit code.
  static let light = (0...65_535).map { Float(SRGB.linear(fromEncoded: Double($0) / 65_535)) }
}
