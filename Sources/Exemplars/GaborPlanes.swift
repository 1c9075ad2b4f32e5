internal import Foundation

/// How strongly a picture answers to waves of eight directions and five lengths, at each pixel.
///
/// Lengths double from 4 pixels on. The longer ones are looked for in the picture at half the size,
/// again and again, with the same eight filters: a Gaussian window with a deviation of half a wave,
/// without its mean, so that even brightness gives nothing. What is kept is the size of the answer,
/// which does not depend on where in the wave a pixel lies.
/// - Source: Manjunath & Ma, "Texture features for browsing and retrieval of image data", TPAMI
///   1996, for the use of a bank of Gabor filters' sizes; the pyramid and the widths are ours.
struct GaborPlanes: Sendable {
  /// Waves' lengths and directions.
  static let scales = 5
  static let directions = 8

  /// Of each scale the answers in all directions, [pixels] of the whole picture.
  let scales: [[SIMD8<Float>]]

  init(_ lightness: [Float], width: Int) {
    var level = Plane(values: lightness, width: width, height: lightness.count / width)
    let (wide, high) = (level.width, level.height)
    scales = (0..<Self.scales).map { scale in
      if scale > 0 { level = level.halved }
      let found = Self.answers(level)
      // Nearest pixel: what is kept is averaged over regions.
      return (0..<wide * high).map { at in
        let (x, y) = ((at % wide) >> scale, (at / wide) >> scale)
        return found[min(y, level.height - 1) * level.width + min(x, level.width - 1)]
      }
    }
  }

  /// A plane of any level.
  private struct Plane {
    let values: [Float]
    let width, height: Int

    /// Half as many columns and rows, at least one: means of four, the last ones repeated.
    var halved: Plane {
      let (columns, rows) = (max(1, width / 2), max(1, height / 2))
      return Plane(
        values: (0..<columns * rows).map { at in
          let (x, y) = (2 * (at % columns), 2 * (at / columns))
          let (right, below) = (min(x + 1, width - 1), min(y + 1, height - 1))
          let above = values[y * width + x] + values[y * width + right]
          return (above + values[below * width + x] + values[below * width + right]) / 4
        }, width: columns, height: rows)
    }

    /// With `margin` more pixels on all sides, by repeating the edge.
    func padded(_ margin: Int) -> [Float] {
      (0..<height + 2 * margin).flatMap { row in
        (0..<width + 2 * margin).map { column in
          let (x, y) = (
            min(max(column - margin, 0), width - 1), min(max(row - margin, 0), height - 1)
          )
          return values[y * width + x]
        }
      }
    }
  }

  private static let reach = 5

  /// Of each place of the window the wave's cosine and sine in eight directions.
  private static let filters: (even: [SIMD8<Float>], odd: [SIMD8<Float>]) = {
    let (wave, deviation) = (4.0, 2.0)
    var even: [SIMD8<Float>] = []
    var odd = even
    var windows: [Float] = []
    for y in -reach...reach {
      for x in -reach...reach {
        let window = exp(-Double(x * x + y * y) / (2 * deviation * deviation))
        windows.append(Float(window))
        var (cosines, sines) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
        for direction in 0..<directions {
          let angle = Double.pi * Double(direction) / Double(directions)
          let phase = 2 * Double.pi / wave * (Double(x) * cos(angle) + Double(y) * sin(angle))
          cosines[direction] = Float(window * cos(phase))
          sines[direction] = Float(window * sin(phase))
        }
        even.append(cosines)
        odd.append(sines)
      }
    }
    let total = windows.reduce(0, +)
    let mean = even.reduce(SIMD8<Float>.zero, +) / total
    for at in even.indices { even[at] -= mean * windows[at] }
    return (even.map { $0 / total }, odd.map { $0 / total })
  }()

  private static func answers(_ plane: Plane) -> [SIMD8<Float>] {
    let padded = plane.padded(reach)
    let (stride, side) = (plane.width + 2 * reach, 2 * reach + 1)
    return padded.withUnsafeBufferPointer { padded in
      filters.even.withUnsafeBufferPointer { even in
        filters.odd.withUnsafeBufferPointer { odd in
          (0..<plane.values.count).map { at in
            let first = at / plane.width * stride + at % plane.width
            var (cosine, sine) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
            for row in 0..<side {
              for column in 0..<side {
                let value = SIMD8<Float>(repeating: padded[first + row * stride + column])
                cosine += even[row * side + column] * value
                sine += odd[row * side + column] * value
              }
            }
            return (cosine * cosine + sine * sine).squareRoot()
          }
        }
      }
    }
  }
}
