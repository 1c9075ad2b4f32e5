#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A plane convolved with a Gaussian of this deviation; the border pixels are repeated outward.
func smoothed(_ plane: [Float], width: Int, height: Int, deviation: Double) -> [Float] {
  guard deviation > 0 else { return plane }
  let kernel = gaussian(deviation)
  return filtered(plane, width: width, height: height, along: kernel, across: kernel)
}

/// The derivatives of a plane along x and y, at the scale of a Gaussian of this deviation.
///
/// A step of height 1 has a largest derivative of 1 / (sqrt(2 pi) deviation).
func derivatives(
  _ plane: [Float], width: Int, height: Int, deviation: Double
) -> (x: [Float], y: [Float]) {
  let smooth = gaussian(deviation)
  let radius = smooth.count / 2
  let variance = Float(deviation * deviation)
  let slope = smooth.indices.map { Float($0 - radius) * smooth[$0] / variance }
  return (
    filtered(plane, width: width, height: height, along: slope, across: smooth),
    filtered(plane, width: width, height: height, along: smooth, across: slope)
  )
}

private func gaussian(_ deviation: Double) -> [Float] {
  let radius = Int((4 * deviation).rounded(.up))
  let values = (-radius...radius).map { exp(-0.5 * Double($0 * $0) / (deviation * deviation)) }
  let sum = values.reduce(0, +)
  return values.map { Float($0 / sum) }
}

/// Correlation with one kernel along the rows and one across them.
private func filtered(
  _ plane: [Float], width: Int, height: Int, along: [Float], across: [Float]
) -> [Float] {
  let radius = along.count / 2
  var padded = [Float](repeating: 0, count: width + 2 * radius)
  var rows = [Float](repeating: 0, count: plane.count)
  var result = [Float](repeating: 0, count: plane.count)
  rows.withUnsafeMutableBufferPointer { rows in
    padded.withUnsafeMutableBufferPointer { padded in
      for y in 0..<height {
        for x in padded.indices {
          padded[x] = plane[y * width + min(max(x - radius, 0), width - 1)]
        }
        let row = UnsafeMutableBufferPointer(rebasing: rows[y * width..<(y + 1) * width])
        for (offset, weight) in along.enumerated() {
          let shifted = padded.baseAddress! + offset
          for x in 0..<width { row[x] += weight * shifted[x] }
        }
      }
    }
    result.withUnsafeMutableBufferPointer { result in
      for y in 0..<height {
        let row = UnsafeMutableBufferPointer(rebasing: result[y * width..<(y + 1) * width])
        for (offset, weight) in across.enumerated() {
          let source = rows.baseAddress! + min(max(y + offset - radius, 0), height - 1) * width
          for x in 0..<width { row[x] += weight * source[x] }
        }
      }
    }
  }
  return result
}
