public import ColorScience
public import Randomness

/// Color transfer from a reference picture without learning: each pixel takes the colors of the
/// reference pixel that is most like it in lightness and in texture.
///
/// In the paper's words: lightness of the reference is shifted and scaled to the mean and deviation
/// of the target's; about 200 of its pixels are taken on a jittered grid; and the best match
/// minimizes half the difference of lightness and half that of the deviation of lightness in a 5 x
/// 5 neighborhood.
/// - Source: Welsh, Ashikhmin & Mueller, "Transferring color to greyscale images", SIGGRAPH 2002,
///   global matching; here in Lab, as in public reimplementations, where the paper has
///   l-alpha-beta.
public struct ReferenceTransfer: Sendable {
  /// About how many pixels of the reference are compared.
  public var samples = 200
  /// The side of the neighborhood whose deviation is compared; odd.
  public var window = 5

  /// The paper's settings.
  public init() {}

  /// The a and b that `target` gets from `reference`; only the lightness of `target` is looked at.
  public func chroma(
    target: [Float], width: Int, height: Int, reference: LabPlanes, referenceWidth: Int,
    key: RandomKey
  ) -> ChromaMap {
    let rows = reference.lightness.count / referenceWidth
    precondition(
      target.count == width * height && referenceWidth * rows == reference.lightness.count
        && !target.isEmpty && rows > 0 && samples > 0 && window % 2 == 1,
      "ReferenceTransfer: planes of \(target.count) and \(reference.lightness.count) pixels")
    let remapped = matched(reference.lightness, to: target)
    let deviations = deviation(of: remapped, width: referenceWidth, height: rows)
    let chosen = places(width: referenceWidth, height: rows, key: key)
    let light = chosen.map { remapped[$0] }
    let texture = chosen.map { deviations[$0] }
    let own = deviation(of: target, width: width, height: height)
    var best = [Int](repeating: 0, count: target.count)
    for pixel in target.indices {
      var least = Float.infinity
      for at in chosen.indices {
        let distance = abs(light[at] - target[pixel]) + abs(texture[at] - own[pixel])
        if distance < least { (least, best[pixel]) = (distance, chosen[at]) }
      }
    }
    return ChromaMap(
      width: width, height: height, a: best.map { reference.a[$0] }, b: best.map { reference.b[$0] }
    )
  }

  /// `plane` shifted and scaled to the mean and deviation of `target`.
  private func matched(_ plane: [Float], to target: [Float]) -> [Float] {
    func moments(_ plane: [Float]) -> (mean: Double, deviation: Double) {
      let mean = plane.reduce(0) { $0 + Double($1) } / Double(plane.count)
      let square = plane.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      return (mean, (square / Double(plane.count)).squareRoot())
    }
    let (from, to) = (moments(plane), moments(target))
    let scale = from.deviation > 0 ? to.deviation / from.deviation : 0
    return plane.map { Float((Double($0) - from.mean) * scale + to.mean) }
  }

  /// One pixel drawn from each cell of a square grid of about `samples` cells.
  private func places(width: Int, height: Int, key: RandomKey) -> [Int] {
    var stream = key.stream()
    let side = max(1, Int(Double(samples).squareRoot().rounded()))
    func place(_ cell: Int, _ length: Int) -> Int {
      min(length - 1, Int((Double(cell) + stream.uniform()) * Double(length) / Double(side)))
    }
    return (0..<side * side).map { cell in
      let row = place(cell / side, height)
      return row * width + place(cell % side, width)
    }
  }

  /// The standard deviation in the window around each pixel, cut off at the edges.
  private func deviation(of plane: [Float], width: Int, height: Int) -> [Float] {
    // Sums over everything above and to the left, with a row and a column of zeros first.
    let stride = width + 1
    var sums = [Double](repeating: 0, count: stride * (height + 1))
    var squares = sums
    for row in 0..<height {
      var (sum, square) = (0.0, 0.0)
      for column in 0..<width {
        let value = Double(plane[row * width + column])
        sum += value
        square += value * value
        let at = (row + 1) * stride + column + 1
        sums[at] = sums[at - stride] + sum
        squares[at] = squares[at - stride] + square
      }
    }
    let half = window / 2
    return [Float](unsafeUninitializedCapacity: plane.count) { out, count in
      for row in 0..<height {
        let (top, bottom) = (max(0, row - half), min(height, row + half + 1))
        for column in 0..<width {
          let (left, right) = (max(0, column - half), min(width, column + half + 1))
          func total(_ table: [Double]) -> Double {
            table[bottom * stride + right] - table[top * stride + right]
              - table[bottom * stride + left] + table[top * stride + left]
          }
          let area = Double((bottom - top) * (right - left))
          let mean = total(sums) / area
          out[row * width + column] = Float(
            max(0, total(squares) / area - mean * mean).squareRoot())
        }
      }
      count = plane.count
    }
  }
}
