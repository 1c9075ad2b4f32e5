internal import Backends
internal import Randomness
internal import Tensors

/// Filters learned from patches. Their scale is arbitrary: responses are normalized afterwards.
struct FilterLearning {
  /// Patches as rows, and the numbers in each.
  let rows: [Float]
  let columns: Int
  let count: Int
  private let mean: [Double]
  private let eigen: SymmetricEigen
  /// Directions along which patches differ by more than the noise of eight-bit pictures.
  private let rank: Int

  /// Variances below this share of the largest count as none. magic_init cuts at the same number,
  /// in the units of its pixels.
  private static let floor = 1e-6

  /// Finds the `filters` directions of largest variance.
  init(_ rows: [Float], columns: Int, filters: Int) throws(LinearAlgebraError) {
    (self.rows, self.columns, count) = (rows, columns, rows.count / columns)
    var scatter = ScatterMatrix(columns: columns)
    scatter.add(rows)
    mean = scatter.mean
    eigen = try SymmetricEigen(scatter.covariance, order: columns, largest: filters)
    let least = Self.floor * max(eigen.values[0], 0)
    rank = eigen.values.prefix { $0 > least }.count
  }

  /// The principal directions: as many filters as the patches have, at most.
  func principalDirections() -> [Float] {
    eigen.vectors.prefix(rank).flatMap { $0.map { Float($0) } }
  }

  /// The centers of whitened patches of unit length, seen as filters: [filters, columns].
  ///
  /// - Source: Coates & Ng, "Learning feature representations with k-means", 2012, as Krähenbühl et
  ///   al. 2016 apply it.
  func centers(_ filters: Int, key: RandomKey) -> [Float] {
    guard rank > 0 else { return [] }
    let regularizer = Self.floor * eigen.values[0]
    // Whitening: [rank, columns].
    let whitening = (0..<rank).flatMap { direction in
      let factor = 1 / (eigen.values[direction] + regularizer).squareRoot()
      return eigen.vectors[direction].map { Float(factor * $0) }
    }
    let matrix = Tensor(whitening, shape: [rank, columns])
    let offset = Tensor(mean.map { Float($0) }, shape: [1, columns])
      .matrixProduct(matrix, transposeOther: true).floats
    var whitened = Tensor(rows, shape: [count, columns])
      .matrixProduct(matrix, transposeOther: true).floats
    for row in 0..<count {
      var norm: Float = 0
      for place in row * rank..<(row + 1) * rank {
        whitened[place] -= offset[place % rank]
        norm += whitened[place] * whitened[place]
      }
      guard norm > 0 else { continue }
      let factor = 1 / norm.squareRoot()
      for place in row * rank..<(row + 1) * rank { whitened[place] *= factor }
    }
    let means = MiniBatchKMeans(whitened, columns: rank, clusters: filters, key: key)
    return Tensor(means.centers, shape: [filters, rank]).matrixProduct(matrix).floats
  }
}
