public import Images

extension Picture {
  /// Whether an RGBA picture looks like a photograph and not like a drawing: a sensor's noise makes
  /// neighbors differ, so fewer than half of the opaque neighbors have exactly the same color.
  ///
  /// On the stamps of Tux Paint, photographs have a share below 0.45, drawings mostly above 0.6.
  public var isPhotographic: Bool {
    precondition(channels == 4, "isPhotographic: \(channels) channels")
    var (pairs, equal, opaque) = (0, 0, 0)
    for y in 0..<height {
      for x in 0..<width {
        let at = (y * width + x) * 4
        guard samples[at + 3] > 200 else { continue }
        opaque += 1
        guard x > 0 && samples[at - 1] > 200 else { continue }
        pairs += 1
        if (0..<3).allSatisfy({ samples[at + $0] == samples[at - 4 + $0] }) { equal += 1 }
      }
    }
    return opaque >= 600 && 2 * equal < pairs
  }

  /// The part of an RGBA picture that is not transparent; `nil` when all of it is.
  func trimmed() -> Picture? {
    var (left, top, right, bottom) = (width, height, -1, -1)
    for y in 0..<height {
      for x in 0..<width where samples[(y * width + x) * 4 + 3] > 32 {
        (left, right) = (min(left, x), max(right, x))
        (top, bottom) = (min(top, y), max(bottom, y))
      }
    }
    guard right >= left else { return nil }
    return cropped(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
  }

  /// The picture with its longer side at most `longest`.
  func reduced(to longest: Int) -> Picture {
    guard max(width, height) > longest else { return self }
    let ratio = Double(longest) / Double(max(width, height))
    return resized(
      width: max(1, Int((Double(width) * ratio).rounded())),
      height: max(1, Int((Double(height) * ratio).rounded())), filter: .bicubic)
  }

  /// An RGBA picture turned by `angle` radians about its middle, in a frame that holds it.
  func turned(by angle: Float) -> Picture {
    let axis = direction(angle)
    let (w, h) = (Float(width), Float(height))
    let newWidth = Int((abs(w * axis.x) + abs(h * axis.y)).rounded(.up)) + 2
    let newHeight = Int((abs(w * axis.y) + abs(h * axis.x)).rounded(.up)) + 2
    var turned = Picture(width: newWidth, height: newHeight, channels: 4)
    for y in 0..<newHeight {
      for x in 0..<newWidth {
        let (u, v) = (Float(x) + 0.5 - Float(newWidth) / 2, Float(y) + 0.5 - Float(newHeight) / 2)
        let fromX = u * axis.x + v * axis.y + w / 2 - 0.5
        let fromY = v * axis.x - u * axis.y + h / 2 - 0.5
        let (i, j) = (fromX.lowered, fromY.lowered)
        var sum = SIMD4<Float>()
        // Colors count as much as they can be seen.
        for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
          let (column, row) = (Int(i) + dx, Int(j) + dy)
          guard (0..<width).contains(column) && (0..<height).contains(row) else { continue }
          let part = (1 - abs(fromX - Float(column))) * (1 - abs(fromY - Float(row)))
          let at = (row * width + column) * 4
          let alpha = Float(samples[at + 3]) * part
          sum += SIMD4(
            Float(samples[at]) * alpha, Float(samples[at + 1]) * alpha,
            Float(samples[at + 2]) * alpha, alpha)
        }
        guard sum.w > 0.5 else { continue }
        let to = (y * newWidth + x) * 4
        for c in 0..<3 { turned.samples[to + c] = UInt8(min(255, sum[c] / sum.w + 0.5)) }
        turned.samples[to + 3] = UInt8(min(255, sum.w + 0.5))
      }
    }
    return turned
  }

  /// The alpha of an RGBA picture, blurred by a Gaussian of this many pixels, and never more than
  /// before: edges fade inward, so that no rim of the old surroundings shows.
  func feathered(by sigma: Float) -> Picture {
    guard sigma > 0 else { return self }
    let radius = max(1, Int((2.5 * sigma).rounded(.up)))
    let kernel = gaussian(sigma, radius)
    var alpha = (0..<(width * height)).map { Float(samples[$0 * 4 + 3]) }
    for (step, length) in [(1, width), (width, height)] {
      let old = alpha
      for at in 0..<alpha.count {
        let place = step == 1 ? at % width : at / width
        var sum: Float = 0
        for offset in -radius...radius where (0..<length).contains(place + offset) {
          sum += kernel[offset + radius] * old[at + offset * step]
        }
        alpha[at] = sum
      }
    }
    var soft = self
    for at in 0..<alpha.count {
      // Half way at the old edge becomes nothing, so the fade lies inside.
      let faded = max(0, 2 * alpha[at] - 255)
      soft.samples[at * 4 + 3] = min(samples[at * 4 + 3], UInt8(min(255, faded + 0.5)))
    }
    return soft
  }
}
