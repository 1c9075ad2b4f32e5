internal import Tensors
internal import Training

/// Which of many rows belongs to this one? By the angles between them.
enum Contrast {
  /// Rows of length 1, or a little less where they are hardly longer than 0.
  ///
  /// Response normalization over a window that holds all channels divides by the length.
  /// - Shapes: [n, d] to the same.
  static func unit(_ rows: Tensor) -> Tensor {
    let channels = rows.shape[1]
    let window = 2 * channels - 1
    return rows.reshaped([rows.shape[0], channels, 1, 1])
      .responseNormalized(.init(size: window, alpha: Double(window), beta: 0.5, k: 1e-12))
      .reshaped(rows.shape)
  }

  /// What a comparison came to.
  struct Result {
    /// The mean cross-entropy, in nats.
    let loss: Tensor
    /// The share of rows whose largest score is the right one.
    let accuracy: Reading
  }

  /// The mean cross-entropy of choosing for row i the row `partners[i]` of `others`, by cosines
  /// over a temperature.
  ///
  /// - Shapes: `rows` [n, d] and `others` [m, d] of length 1; `excluding` [n, m] is added to the
  ///   scores.
  static func choice(
    _ rows: Tensor, among others: Tensor, partners: [Int32], temperature: Double,
    excluding: Tensor? = nil
  ) -> Result {
    var scores = rows.matrixProduct(others, transposeOther: true).scaled(by: 1 / temperature)
    if let excluding { scores = scores + excluding }
    let shape: Shape = [partners.count, 1]
    let losses = scores.softmaxCrossEntropy(
      classes: Tensor(indices: partners, shape: shape, on: rows.device),
      weights: Tensor(filledWith: 1, shape: shape, dtype: rows.dtype, on: rows.device))
    let seen = scores.detached
    return Result(
      loss: losses.mean(),
      accuracy: Reading { Double(right(seen, partners)) / Double(partners.count) })
  }

  /// Every view among all others of both views, its own picture's other view being the right one.
  ///
  /// - Shapes: `views` [2 n, d], the first views of all pictures and then the second ones.
  /// - Source: Chen et al., ICML 2020, equation 1 (NT-Xent).
  static func ofViews(_ views: Tensor, temperature: Double) -> Result {
    let count = views.shape[0]
    let unit = unit(views)
    // A view is not to be found in itself.
    var itself = [Float](repeating: 0, count: count * count)
    for row in 0..<count { itself[row * count + row] = -1e9 }
    return choice(
      unit, among: unit, partners: (0..<count).map { Int32(($0 + count / 2) % count) },
      temperature: temperature,
      excluding: Tensor(itself, shape: [count, count], dtype: views.dtype, on: views.device))
  }

  private static func right(_ scores: Tensor, _ partners: [Int32]) -> Int {
    let (values, columns) = (scores.floats, scores.shape[1])
    return partners.indices.count { row in
      let own = values[row * columns + Int(partners[row])]
      // Ties, as between features that are all alike, are not right.
      return (0..<columns).allSatisfy {
        $0 == Int(partners[row]) || values[row * columns + $0] < own
      }
    }
  }
}
