internal import Images
internal import Randomness

extension Canvas {
  /// The picture: four fine pixels to one, brightened by `exposure`, with a sensor's grain.
  func developed(exposure: Float, grain: Float, _ random: inout RandomStream) -> Picture {
    let (w, h) = (width / 2, height / 2)
    var samples = [UInt8](repeating: 0, count: w * h * 3)
    let offset = SIMD2<Float>(random.float(0, 256), random.float(0, 256))
    let grainy = NoiseTexture.grainy
    color.withUnsafeBufferPointer { color in
      sRGBBytes.withUnsafeBufferPointer { bytes in
        for y in 0..<h {
          for x in 0..<w {
            let at = 2 * y * width + 2 * x
            let sum = color[at] + color[at + 1] + color[at + width] + color[at + width + 1]
            var light = sum * (0.25 * exposure)
            let speckle = grainy(Float(x) * 1.7 + offset.x, Float(y) * 1.7 + offset.y) - 0.5
            light *= 1 + grain * speckle
            // A soft shoulder: whites are approached, never cut off.
            for c in 0..<3 {
              let v = max(0, light[c])
              let soft = v < 0.7 ? v : 0.7 + 0.3 * (1 - 1 / (1 + (v - 0.7) / 0.3))
              samples[(y * w + x) * 3 + c] = bytes[min(4095, Int(soft * 4095 + 0.5))]
            }
          }
        }
      }
    }
    return Picture(width: w, height: h, channels: 3, samples: samples)
  }

  /// What is seen at each pixel of the picture: the thing with most of its four fine pixels, at
  /// least two; of equals the one in front.
  func seenInPicture() -> [UInt8] {
    let (w, h) = (width / 2, height / 2)
    var result = [UInt8](repeating: 0, count: w * h)
    for y in 0..<h {
      for x in 0..<w {
        let at = 2 * y * width + 2 * x
        let four = SIMD4(seen[at], seen[at + 1], seen[at + width], seen[at + width + 1])
        var (best, votes) = (four[0], 4)
        if any(four .!= SIMD4(repeating: four[0])) {
          votes = 0
          for i in 0..<4 {
            var count = 0
            for j in 0..<4 where four[j] == four[i] { count += 1 }
            if count > votes || (count == votes && four[i] > best) {
              (best, votes) = (four[i], count)
            }
          }
        }
        result[y * w + x] = best
      }
    }
    return result
  }
}
