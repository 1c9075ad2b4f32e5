internal import Backends
internal import Foundation
public import Tensors

/// How many directions features take: the exponential of the entropy of their singular values, each
/// as a share of their sum. Features that are all alike have 1, and those that fill all directions
/// evenly as many as there are directions or rows, whichever is less.
///
/// Means are not taken off, as a mean that outweighs everything else is one way to collapse.
/// - Source: Roy & Vetterli, "The effective rank", EUSIPCO 2007; Garrido et al., "RankMe", ICML
///   2023, for features of networks.
public struct EffectiveRank: Sendable, Equatable {
  /// The number of directions, 0 where all features are zero.
  public let value: Double
  /// Channels that give the same number for all rows, as a share of all.
  public let deadShare: Double

  /// That of `rows` features of `columns` channels; nil where one is not finite.
  ///
  /// - Shapes: `features` [rows, columns], row-major.
  public init?(_ features: [Float], rows: Int, columns: Int) {
    precondition(
      rows > 0 && features.count == rows * columns,
      "EffectiveRank: \(features.count) numbers are not \(rows) rows of \(columns)")
    guard features.allSatisfy(\.isFinite) else { return nil }
    deadShare =
      Double(
        (0..<columns).count { column in
          (1..<rows).allSatisfy { features[$0 * columns + column] == features[column] }
        }) / Double(columns)
    let products = Self.products(features, rows, columns)
    guard let found = try? SymmetricEigen(products, order: min(rows, columns)) else { return nil }
    let lengths = found.values.map { max(0, $0).squareRoot() }
    let sum = lengths.reduce(0, +)
    guard sum > 0 else {
      value = 0
      return
    }
    let entropy = lengths.reduce(0.0) { $1 > 0 ? $0 - $1 / sum * log($1 / sum) : $0 }
    value = exp(entropy)
  }

  /// That of maps, each channel's mean; at most the first `most` of them count.
  ///
  /// - Shapes: [n, c, h, w].
  public init?(maps: Tensor, most: Int = .max) {
    let (rows, columns) = (min(most, maps.shape[0]), maps.shape[1])
    let pooled = maps.globalAveragePool().reshaped([maps.shape[0], columns])
    self.init(Array(pooled.floats.prefix(rows * columns)), rows: rows, columns: columns)
  }

  /// The products of all rows with each other, or of all columns, whichever are fewer.
  private static func products(_ features: [Float], _ rows: Int, _ columns: Int) -> [Double] {
    let order = min(rows, columns)
    let length = max(rows, columns)
    // Vectors that lie one after another, in double precision.
    let vectors = [Double](unsafeUninitializedCapacity: order * length) { out, count in
      for vector in 0..<order {
        for place in 0..<length {
          out[vector * length + place] = Double(
            rows <= columns
              ? features[vector * columns + place] : features[place * columns + vector])
        }
      }
      count = order * length
    }
    var products = [Double](repeating: 0, count: order * order)
    vectors.withUnsafeBufferPointer { vectors in
      for i in 0..<order {
        for j in i..<order {
          var sum = 0.0
          for place in 0..<length {
            sum += vectors[i * length + place] * vectors[j * length + place]
          }
          (products[i * order + j], products[j * order + i]) = (sum, sum)
        }
      }
    }
    return products
  }
}
