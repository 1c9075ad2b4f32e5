internal import CResample

extension Picture {
  /// The picture at another size, antialiased (`nearest` apart).
  ///
  /// - Source: the codes of Pillow 13's `resize`; RGBA is weighted by alpha, as there, so that
  ///   transparent pixels lend no color.
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
  /// - Source: the codes of Pillow's `resize` with `box=(x, y, x + width, y + height)`.
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
    let (left, right) = (Float(x), Float(x + partWidth))
    let (top, bottom) = (Float(y), Float(y + partHeight))
    if newWidth == width && newHeight == height && left == 0 && top == 0
      && right == Float(width) && bottom == Float(height)
    {
      return mirrored ? self.mirrored() : self
    }
    if filter == .nearest {
      let columns = Self.places(left, right, newWidth, limit: width)
      let picture = taking(columns, Self.places(top, bottom, newHeight, limit: height))
      return mirrored ? picture.mirrored() : picture
    }
    let across = Taps(old: width, from: left, to: right, new: newWidth, filter: filter)
    let down = Taps(old: height, from: top, to: bottom, new: newHeight, filter: filter)
    let source = channels == 4 ? premultiplied() : self
    let picture = source.filtered(across: across, down: down, mirrored: mirrored)
    return channels == 4 ? picture.unpremultiplied() : picture
  }

  /// The old pixel that each new one takes.
  ///
  /// - Source: Pillow's `ImagingScaleAffine`, which adds its steps up.
  private static func places(
    _ origin: Float, _ end: Float, _ count: Int, limit: Int
  ) -> [Int] {
    let step = Double(end - origin) / Double(count)
    var place = Double(origin) + step * 0.5
    return (0..<count).map { _ in
      defer { place += step }
      return min(limit - 1, Int(place))
    }
  }

  private func taking(_ columns: [Int], _ rows: [Int]) -> Picture {
    var chosen = [UInt8]()
    chosen.reserveCapacity(columns.count * rows.count * channels)
    for row in rows {
      for column in columns {
        let at = (row * width + column) * channels
        for c in 0..<channels { chosen.append(samples[at + c]) }
      }
    }
    return Picture(width: columns.count, height: rows.count, channels: channels, samples: chosen)
  }

  /// Filters rows and columns; between them samples are rounded to whole numbers, as in Pillow.
  private func filtered(across: Taps, down: Taps, mirrored: Bool) -> Picture {
    // Rows first, unless columns lose more than twice as many pixels as rows: Pillow 13's order
    // (pull request 9549). Versions before took rows first, always.
    let (newWidth, newHeight) = (across.starts.count, down.starts.count)
    if newHeight < height && height - newHeight > 2 * (width - newWidth) {
      let rows = filteredDown(down, from: 0)
      return rows.filteredAcross(across, rows: 0..<newHeight, mirrored: mirrored)
    }
    let rows = down.reach
    return filteredAcross(across, rows: rows, mirrored: mirrored)
      .filteredDown(down, from: rows.lowerBound)
  }

  /// Some of the rows, each filtered.
  private func filteredAcross(_ taps: Taps, rows: Range<Int>, mirrored: Bool) -> Picture {
    let count = rows.count * taps.starts.count * channels
    let result = [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
      samples.withUnsafeBufferPointer { old in
        taps.withC {
          cresample_across(
            $0, old.baseAddress! + rows.lowerBound * width * channels, Int64(width),
            Int64(rows.count), Int32(channels), mirrored ? 1 : 0, out.baseAddress)
        }
      }
      initialized = count
    }
    return Picture(
      width: taps.starts.count, height: rows.count, channels: channels, samples: result)
  }

  /// The columns filtered; the first row here is the one that taps number `first`.
  private func filteredDown(_ taps: Taps, from first: Int) -> Picture {
    let count = taps.starts.count * width * channels
    let result = [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
      samples.withUnsafeBufferPointer { old in
        taps.withC {
          cresample_down(
            $0, old.baseAddress, Int64(first), Int64(width * channels), out.baseAddress)
        }
      }
      initialized = count
    }
    return Picture(width: width, height: taps.starts.count, channels: channels, samples: result)
  }

  /// Colors times alpha, rounded.
  private func premultiplied() -> Picture {
    var copy = self
    for at in stride(from: 0, to: samples.count, by: 4) {
      let alpha = Int(samples[at + 3])
      if alpha == 255 { continue }
      for c in 0..<3 { copy.samples[at + c] = UInt8((Int(samples[at + c]) * alpha + 127) / 255) }
    }
    return copy
  }

  /// Colors over alpha, cut off, as in Pillow.
  private func unpremultiplied() -> Picture {
    var copy = self
    for at in stride(from: 0, to: samples.count, by: 4) {
      let alpha = Int(samples[at + 3])
      if alpha == 255 || alpha == 0 { continue }
      for c in 0..<3 { copy.samples[at + c] = UInt8(min(255, Int(samples[at + c]) * 255 / alpha)) }
    }
    return copy
  }
}
