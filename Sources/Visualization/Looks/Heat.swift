public import Images

/// How numbers over a picture are shown.
public enum Heat {
  /// Numbers 0 to 1 as colors from black over red and yellow to white: lighter is always more, so
  /// it reads in gray too.
  public static func color(_ value: Float) -> SIMD3<UInt8> {
    let v = min(max(value.isFinite ? value : 0, 0), 1) * 3
    func ramp(_ x: Float) -> UInt8 { UInt8((min(max(x, 0), 1) * 255).rounded()) }
    return [ramp(v), ramp(v - 1), ramp(v - 2)]
  }

  /// A map of numbers 0 to 1.
  public static func picture(_ values: some Collection<Float>, width: Int, height: Int) -> Picture {
    Picture(
      width: width, height: height, channels: 3,
      samples: values.flatMap { value in
        let color = color(value)
        return [color.x, color.y, color.z]
      })
  }

  /// Numbers around zero as gray: 0 is mid-gray, the largest size black or white. Several planes
  /// become one picture in color.
  static func signed(_ planes: [ArraySlice<Float>], width: Int, height: Int) -> Picture {
    let largest = max(planes.joined().lazy.map(abs).max() ?? 0, 1e-30)
    let shown = planes.count == 3 ? planes : Array(repeating: planes[0], count: 3)
    var samples: [UInt8] = []
    samples.reserveCapacity(3 * width * height)
    for place in 0..<width * height {
      for plane in shown {
        samples.append(
          UInt8((127.5 + 127.5 * plane[plane.startIndex + place] / largest).rounded()))
      }
    }
    return Picture(width: width, height: height, channels: 3, samples: samples)
  }

  /// A map laid over the gray of a picture: what is warm counted.
  static func overlay(_ values: [Float], on picture: Picture) -> Picture {
    var result = picture
    for place in 0..<picture.width * picture.height {
      let pixel = place * 3
      let gray =
        (Int(picture.samples[pixel]) + Int(picture.samples[pixel + 1])
          + Int(picture.samples[pixel + 2])) / 3
      let heat = color(values[place])
      for c in 0..<3 {
        let mixed =
          Float(gray) * (0.75 - 0.55 * values[place]) + Float(heat[c]) * 0.7 * values[place]
        result.samples[pixel + c] = UInt8(min(max(mixed, 0), 255))
      }
    }
    return result
  }
}
