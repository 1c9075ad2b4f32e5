/// Upright SURF descriptors of one scale at any pixel of a picture.
///
/// A window of 20 scales is cut into 4 x 4 squares with 5 x 5 samples each; of the responses of
/// Haar wavelets of 2 scales, across and down, each square gives the sums and the sums of sizes:
/// 64 numbers. Ours: the Gaussian (3.3 scales) weighs whole squares by their centers, not single
/// samples, so that the sums are made once for all pixels; and a descriptor is divided by
/// sqrt(length^2 + 1) in units of lightness, not by its length, so that noise in flat places is not
/// blown up. Outside of the picture its edge is repeated.
/// - Source: Bay, Tuytelaars & Van Gool, "SURF: Speeded up robust features", ECCV 2006.
struct SURFPlanes {
  /// Numbers in a descriptor.
  static let length = 64

  private let scale, margin, stride, width: Int
  /// Of each place: the sums of responses across and down and of their sizes, over 5 x 5 samples
  /// around it that are one scale apart.
  private let sums: [SIMD4<Float>]

  init(_ lightness: [Float], width: Int, height: Int, scale: Int) {
    let margin = 12 * scale
    (self.scale, self.margin, self.width, stride) = (scale, margin, width, width + 2 * margin)
    let rows = height + 2 * margin
    let responses = Self.responses(
      Self.integral(lightness, width, height, margin), stride, rows, scale)
    // First across, then down; near the edges, where no window reaches, sums stay zero.
    let across = Self.summed(responses, step: scale, stride)
    sums = Self.summed(across, step: scale * stride, stride)
  }

  /// The descriptor at a pixel.
  func descriptor(_ pixel: Int, into out: UnsafeMutablePointer<Float>) {
    let place = (pixel / width + margin) * stride + pixel % width + margin
    var square: Float = 0
    sums.withUnsafeBufferPointer { sums in
      for row in 0..<4 {
        for column in 0..<4 {
          let at = place + scale * (Self.centers[row] * stride + Self.centers[column])
          let values = sums[at] * (Self.weights[row] * Self.weights[column])
          square += (values * values).sum()
          let first = out + 4 * (4 * row + column)
          for part in 0..<4 { first[part] = values[part] }
        }
      }
    }
    let factor = 1 / (square + 1).squareRoot()
    for part in 0..<Self.length { out[part] *= factor }
  }

  /// The middle samples of the squares of a window from -10 to 9.
  private static let centers = [-8, -3, 2, 7]
  /// exp(-x^2 / (2 * 3.3^2)) at 7.5 and 2.5.
  private static let weights: [Float] = [0.07558, 0.75055, 0.75055, 0.07558]

  /// Sums of all above and to the left, with a row and a column of zeros first.
  private static func integral(
    _ plane: [Float], _ width: Int, _ height: Int, _ margin: Int
  ) -> [Double] {
    let (columns, rows) = (width + 2 * margin, height + 2 * margin)
    var sums = [Double](repeating: 0, count: (columns + 1) * (rows + 1))
    for row in 0..<rows {
      let source = min(max(row - margin, 0), height - 1) * width
      var sum = 0.0
      for column in 0..<columns {
        sum += Double(plane[source + min(max(column - margin, 0), width - 1)])
        let at = (row + 1) * (columns + 1) + column + 1
        sums[at] = sums[at - columns - 1] + sum
      }
    }
    return sums
  }

  /// The mean difference between right and left, and below and above, and their sizes.
  private static func responses(
    _ integral: [Double], _ stride: Int, _ rows: Int, _ scale: Int
  ) -> [SIMD4<Float>] {
    var result = [SIMD4<Float>](repeating: .zero, count: stride * rows)
    let line = stride + 1
    let share = 1 / Double(2 * scale * scale)
    integral.withUnsafeBufferPointer { table in
      for row in scale..<rows - scale {
        for column in scale..<stride - scale {
          let at = row * line + column
          let (up, down) = (at - scale * line, at + scale * line)
          let whole =
            table[down + scale] - table[down - scale] - table[up + scale] + table[up - scale]
          let right = table[down + scale] - table[down] - table[up + scale] + table[up]
          let below =
            table[down + scale] - table[down - scale] - table[at + scale] + table[at - scale]
          let across = Float((2 * right - whole) * share)
          let downward = Float((2 * below - whole) * share)
          result[row * stride + column] = .init(across, abs(across), downward, abs(downward))
        }
      }
    }
    return result
  }

  /// Sums of five that are `step` apart.
  private static func summed(
    _ values: [SIMD4<Float>], step: Int, _ stride: Int
  ) -> [SIMD4<Float>] {
    var result = [SIMD4<Float>](repeating: .zero, count: values.count)
    values.withUnsafeBufferPointer { values in
      for at in 2 * step..<max(2 * step, values.count - 2 * step) {
        result[at] =
          values[at - 2 * step] + values[at - step] + values[at] + values[at + step]
          + values[at + 2 * step]
      }
    }
    return result
  }
}
