/// What a whole picture looks like by its lightness: how strong waves of each direction and length
/// are in each of 4 x 4 parts of it, and how bright each part is.
///
/// - Source: Oliva & Torralba, "Modeling the shape of the scene: a holistic representation of the
///   spatial envelope", IJCV 2001 ("gist"). Ours: the filters are those of `GaborPlanes`, their
///   answers together have length 1, and so have the brightnesses less their mean, as contrast and
///   exposure say little of what is in a picture.
public struct SceneDescriptor: Sendable {
  private let numbers: [Float]

  /// Describes a picture; all that are compared should be squares of one size, such as 64 pixels.
  /// Traps where `lightness` is no whole number of rows.
  public init(lightness: [Float], width: Int) {
    precondition(
      width > 0 && !lightness.isEmpty && lightness.count.isMultiple(of: width),
      "SceneDescriptor: \(lightness.count) pixels are no rows of \(width)")
    let height = lightness.count / width
    let parts = (0..<lightness.count).map {
      4 * (4 * ($0 / width) / height) + 4 * ($0 % width) / width
    }
    func means<Value: SIMD<Float>>(_ values: [Value]) -> [Value] {
      var (sums, sizes) = ([Value](repeating: .zero, count: 16), [Float](repeating: 0, count: 16))
      for (value, part) in zip(values, parts) {
        sums[part] += value
        sizes[part] += 1
      }
      // Of a picture of fewer than four rows or columns some parts are empty.
      return zip(sums, sizes).map { $0 / max(1, $1) }
    }
    let waves = GaborPlanes(lightness, width: width).scales.flatMap { scale in
      means(scale).flatMap { part in (0..<GaborPlanes.directions).map { part[$0] } }
    }
    let brightness = means(lightness.map { SIMD2($0, 0) }).map(\.x)
    let middle = brightness.reduce(0, +) / 16
    numbers = Self.unit(waves) + Self.unit(brightness.map { $0 - middle })
  }

  /// The place of the descriptor that is most like this one; of equal ones the first, and nil where
  /// none is allowed.
  public func nearest(
    in others: [SceneDescriptor], where isAllowed: (Int) -> Bool = { _ in true }
  ) -> Int? {
    others.indices.filter(isAllowed).map { (distance(to: others[$0]), $0) }.min { $0 < $1 }?.1
  }

  private func distance(to other: SceneDescriptor) -> Float {
    var sum: Float = 0
    for at in numbers.indices {
      let step = numbers[at] - other.numbers[at]
      sum += step * step
    }
    return sum
  }

  /// Scaled to length 1; what is nearly nothing stays so.
  private static func unit(_ values: [Float]) -> [Float] {
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / (length + 1e-3) }
  }
}
