/// What else describes a pixel beside its descriptors: its lightness, the weighted standard
/// deviation of lightness in 5 x 5 pixels, and the Laplacian of smoothed lightness.
///
/// Ours: weights and smoothing are those of the binomial filter 1 4 6 4 1; the Laplacian is that of
/// four neighbors. At the edges the picture's last row or column goes on.
struct LightnessPlanes {
  let lightness, deviation, laplacian: [Float]

  init(_ lightness: [Float], width: Int, height: Int) {
    self.lightness = lightness
    let mean = Self.smoothed(lightness, width, height)
    // Around the middle of the range, so that squares lose fewer digits.
    let square = Self.smoothed(lightness.map { ($0 - 50) * ($0 - 50) }, width, height)
    deviation = mean.indices.map {
      max(0, square[$0] - (mean[$0] - 50) * (mean[$0] - 50)).squareRoot()
    }
    laplacian = mean.indices.map { at in
      let (x, y) = (at % width, at / width)
      let left = mean[x > 0 ? at - 1 : at]
      let right = mean[x + 1 < width ? at + 1 : at]
      let above = mean[y > 0 ? at - width : at]
      let below = mean[y + 1 < height ? at + width : at]
      return left + right + above + below - 4 * mean[at]
    }
  }

  private static func smoothed(_ plane: [Float], _ width: Int, _ height: Int) -> [Float] {
    let across = filtered(plane, count: width) { at, step in
      let x = at % width
      return at - x + min(max(x + step, 0), width - 1)
    }
    return filtered(across, count: height) { at, step in
      let y = at / width
      return at + (min(max(y + step, 0), height - 1) - y) * width
    }
  }

  @inline(__always)
  private static func filtered(
    _ plane: [Float], count: Int, place: (_ at: Int, _ step: Int) -> Int
  ) -> [Float] {
    plane.indices.map { at in
      let near = plane[place(at, -1)] + plane[place(at, 1)]
      let far = plane[place(at, -2)] + plane[place(at, 2)]
      return (6 * plane[at] + 4 * near + far) / 16
    }
  }
}
