internal import Backends
internal import ColorScience

/// How the surroundings of a pixel become 30 numbers: SURF descriptors of three scales, 192
/// numbers, by the 27 principal components that examples have; and lightness, its deviation and its
/// Laplacian.
///
/// Ours: the components together have variance 1 over the examples, in their proportions, and so
/// has each of the other three, so that texture weighs as much as lightness.
struct Description: Sendable {
  /// What describes a pixel; the last two are zero.
  typealias Vector = SIMD32<Float>

  /// Numbers that count.
  static let count = 30
  /// The pixels between samples of the descriptors.
  static let scales = [1, 2, 4]
  static let components = 27

  private let mean: [Float]
  /// Of each of the 192 numbers its part in the components: four times eight of these, as wider
  /// vectors do not stay in registers.
  private let basis: [SIMD8<Float>]
  private let offset, factor: SIMD3<Float>

  /// Learns from the pixels at `places` of each picture; traps without any.
  init(_ pictures: [Exemplar], places: [[Int]]) throws {
    var rows: [Float] = []
    var others: [SIMD3<Float>] = []
    for (picture, places) in zip(pictures, places) where !places.isEmpty {
      rows += Self.descriptors(picture.planes.lightness, picture.width, places)
      others += Self.others(picture.planes.lightness, picture.width, places)
    }
    let length = SURFPlanes.length * Self.scales.count
    var scatter = ScatterMatrix(columns: length)
    scatter.add(rows)
    let found = try SymmetricEigen(scatter.covariance, order: length, largest: Self.components)
    let spread = found.values.reduce(0) { $0 + max(0, $1) }.squareRoot()
    mean = scatter.mean.map(Float.init)
    basis = (0..<length).flatMap { number in
      var parts = [SIMD8<Float>](repeating: .zero, count: 4)
      // Without any texture nothing is divided by zero.
      for (place, vector) in found.vectors.enumerated() where spread > 1e-6 {
        parts[place / 8][place % 8] = Float(vector[number] / spread)
      }
      return parts
    }
    let number = Double(others.count)
    let middle = others.reduce(SIMD3<Double>.zero) { $0 + SIMD3<Double>($1) } / number
    let square = others.reduce(SIMD3<Double>.zero) {
      let step = SIMD3<Double>($1) - middle
      return $0 + step * step
    }
    offset = SIMD3<Float>(middle)
    let deviation = (square / number).squareRoot()
    factor = SIMD3<Float>(
      SIMD3(repeating: 1) / deviation.replacing(with: 1, where: deviation .< 1e-3))
  }

  /// What describes the pixels at `places`, all of them unless told otherwise.
  func vectors(_ lightness: [Float], width: Int, at places: [Int]? = nil) -> [Vector] {
    let places = places ?? Array(lightness.indices)
    let height = lightness.count / width
    var result = Self.others(lightness, width, places).map { other in
      var vector = Vector.zero
      for part in 0..<3 {
        vector[Self.components + part] = (other[part] - offset[part]) * factor[part]
      }
      return vector
    }
    for (order, scale) in Self.scales.enumerated() {
      let planes = SURFPlanes(lightness, width: width, height: height, scale: scale)
      let first = order * SURFPlanes.length
      withUnsafeTemporaryAllocation(of: Float.self, capacity: SURFPlanes.length) { numbers in
        basis.withUnsafeBufferPointer { basis in
          for (at, place) in places.enumerated() {
            planes.descriptor(place, into: numbers.baseAddress!)
            var (one, two) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
            var (three, four) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
            for number in 0..<SURFPlanes.length {
              let value = SIMD8<Float>(repeating: numbers[number] - mean[first + number])
              let parts = basis.baseAddress! + 4 * (first + number)
              one += parts[0] * value
              two += parts[1] * value
              three += parts[2] * value
              four += parts[3] * value
            }
            result[at] += Vector(
              lowHalf: .init(lowHalf: one, highHalf: two),
              highHalf: .init(lowHalf: three, highHalf: four))
          }
        }
      }
    }
    return result
  }

  private static func others(
    _ lightness: [Float], _ width: Int, _ places: [Int]
  ) -> [SIMD3<Float>] {
    let planes = LightnessPlanes(lightness, width: width, height: lightness.count / width)
    return places.map {
      .init(planes.lightness[$0], planes.deviation[$0], planes.laplacian[$0])
    }
  }

  /// The descriptors of all scales, [places, 192].
  private static func descriptors(
    _ lightness: [Float], _ width: Int, _ places: [Int]
  ) -> [Float] {
    let length = SURFPlanes.length * scales.count
    var rows = [Float](repeating: 0, count: places.count * length)
    rows.withUnsafeMutableBufferPointer { rows in
      for (order, scale) in scales.enumerated() {
        let planes = SURFPlanes(
          lightness, width: width, height: lightness.count / width, scale: scale)
        for (at, place) in places.enumerated() {
          planes.descriptor(
            place, into: rows.baseAddress! + at * length + order * SURFPlanes.length)
        }
      }
    }
    return rows
  }
}
