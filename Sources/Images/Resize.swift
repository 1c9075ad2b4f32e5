extension Picture {
  /// The picture at another size, antialiased (`nearest` apart).
  ///
  /// - Source: agrees with Pillow's `resize` to one step in rare roundings; RGBA is weighted by
  ///   alpha, so that transparent pixels lend no color.
  public func resized(
    width newWidth: Int, height newHeight: Int, filter: ResizeFilter = .bilinear
  ) -> Picture {
    croppedAndResized(
      x: 0, y: 0, width: Double(width), height: Double(height), toWidth: newWidth,
      toHeight: newHeight, filter: filter)
  }

  /// The part of the picture whose top left corner is (`x`, `y`), at another size and, on demand,
  /// with left and right exchanged: what augmentation wants, in one pass.
  ///
  /// The part may start and end between pixels; traps when it reaches outside.
  public func croppedAndResized(
    x: Double, y: Double, width partWidth: Double, height partHeight: Double, toWidth newWidth: Int,
    toHeight newHeight: Int, mirrored: Bool = false, filter: ResizeFilter = .bilinear
  ) -> Picture {
    precondition(
      x >= 0 && y >= 0 && partWidth > 0 && partHeight > 0 && x + partWidth <= Double(width)
        && y + partHeight <= Double(height) && newWidth > 0 && newHeight > 0,
      "croppedAndResized: \(partWidth) x \(partHeight) at (\(x), \(y)) of \(width) x \(height) "
        + "to \(newWidth) x \(newHeight)")
    precondition(
      channels == 1 || channels == 3 || channels == 4, "croppedAndResized: \(channels) channels")
    if filter == .nearest {
      let picture = nearest(x, y, partWidth, partHeight, newWidth, newHeight)
      return mirrored ? picture.mirrored() : picture
    }
    let across = Taps(old: width, origin: x, length: partWidth, new: newWidth, filter: filter)
    let down = Taps(old: height, origin: y, length: partHeight, new: newHeight, filter: filter)
    let source = channels == 4 ? premultiplied() : self
    let picture = source.filtered(across: across, down: down, mirrored: mirrored)
    return channels == 4 ? picture.unpremultiplied() : picture
  }

  private func nearest(
    _ x: Double, _ y: Double, _ partWidth: Double, _ partHeight: Double, _ newWidth: Int,
    _ newHeight: Int
  ) -> Picture {
    func places(_ origin: Double, _ length: Double, _ count: Int, _ limit: Int) -> [Int] {
      (0..<count).map { min(limit - 1, Int(origin + (Double($0) + 0.5) * length / Double(count))) }
    }
    let columns = places(x, partWidth, newWidth, width)
    var chosen = [UInt8]()
    chosen.reserveCapacity(newWidth * newHeight * channels)
    for row in places(y, partHeight, newHeight, height) {
      for column in columns {
        let at = (row * width + column) * channels
        for c in 0..<channels { chosen.append(samples[at + c]) }
      }
    }
    return Picture(width: newWidth, height: newHeight, channels: channels, samples: chosen)
  }

  /// Filters rows, then columns; between them samples are rounded to whole numbers, as in Pillow.
  private func filtered(across: Taps, down: Taps, mirrored: Bool) -> Picture {
    let (newWidth, newHeight) = (across.starts.count, down.starts.count)
    let firstRow = down.starts.min()!
    let rows = down.starts.max()! + down.width - firstRow
    let stride = newWidth * channels
    let count = stride * newHeight
    // One float beyond each row lets three channels be handled as vectors of four.
    let middle = [Float](unsafeUninitializedCapacity: rows * stride + 1) { middle, initialized in
      samples.withUnsafeBufferPointer { old in
        across.weights.withUnsafeBufferPointer { weights in
          withUnsafeTemporaryAllocation(of: Float.self, capacity: width * channels + 1) { line in
            line[width * channels] = 0
            for row in 0..<rows {
              let start = (firstRow + row) * width * channels
              for i in 0..<(width * channels) { line[i] = Float(old[start + i]) }
              let out = middle.baseAddress! + row * stride
              filterRow(
                line.baseAddress!, across, weights.baseAddress!, into: out, mirrored: mirrored)
            }
          }
        }
      }
      middle[rows * stride] = 0
      initialized = rows * stride + 1
    }
    let result = [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
      middle.withUnsafeBufferPointer { middle in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: stride) { sums in
          for y in 0..<newHeight {
            for i in 0..<stride { sums[i] = 0 }
            for slot in 0..<down.width {
              let weight = down.weights[y * down.width + slot]
              if weight == 0 { continue }
              let from = middle.baseAddress! + (down.starts[y] - firstRow + slot) * stride
              for i in 0..<stride { sums[i] += weight * from[i] }
            }
            let to = out.baseAddress! + y * stride
            for i in 0..<stride {
              to[i] = UInt8(truncatingIfNeeded: magicallyRounded(sums[i]).bitPattern)
            }
          }
        }
      }
      initialized = count
    }
    return Picture(width: newWidth, height: newHeight, channels: channels, samples: result)
  }

  @inline(__always)
  private func filterRow(
    _ line: UnsafePointer<Float>, _ taps: Taps, _ weights: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>, mirrored: Bool
  ) {
    let newWidth = taps.starts.count
    taps.starts.withUnsafeBufferPointer { starts in
      for pixel in 0..<newWidth {
        let weight = weights + pixel * taps.width
        let from = line + starts[pixel] * channels
        let to = out + (mirrored ? newWidth - 1 - pixel : pixel) * channels
        if channels == 1 {
          var sum: Float = 0
          for slot in 0..<taps.width { sum += weight[slot] * from[slot] }
          to[0] = magicallyRounded(sum) - magic
        } else {
          var sum = SIMD4<Float>()
          let raw = UnsafeRawPointer(from)
          for slot in 0..<taps.width {
            let at = slot * channels * MemoryLayout<Float>.stride
            sum += weight[slot] * raw.loadUnaligned(fromByteOffset: at, as: SIMD4<Float>.self)
          }
          for c in 0..<channels { to[c] = magicallyRounded(sum[c]) - magic }
        }
      }
    }
  }
}

/// Adding 1.5 x 2^23 leaves the nearest whole number in the low bits of a Float.
private let magic: Float = 12_582_912

/// `x`, held to 0...255 and rounded, plus `magic`; the small term sends halves up, as Pillow does.
@inline(__always)
private func magicallyRounded(_ x: Float) -> Float {
  let held = x < 0 ? 0 : (x > 255 ? 255 : x)
  return held + 0x1p-14 + magic
}

extension Picture {
  private func premultiplied() -> Picture {
    var copy = self
    for at in stride(from: 0, to: samples.count, by: 4) {
      let alpha = Int(samples[at + 3])
      if alpha == 255 { continue }
      for c in 0..<3 { copy.samples[at + c] = UInt8((Int(samples[at + c]) * alpha + 127) / 255) }
    }
    return copy
  }

  private func unpremultiplied() -> Picture {
    var copy = self
    for at in stride(from: 0, to: samples.count, by: 4) {
      let alpha = Int(samples[at + 3])
      if alpha == 255 || alpha == 0 { continue }
      for c in 0..<3 {
        copy.samples[at + c] = UInt8(min(255, (Int(samples[at + c]) * 255 + alpha / 2) / alpha))
      }
    }
    return copy
  }
}
