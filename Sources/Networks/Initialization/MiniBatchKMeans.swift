internal import Randomness
internal import Tensors

/// K-means on large sets of rows, a random batch at a time; the same key gives the same centers.
///
/// - Source: Sculley, "Web-scale k-means clustering", WWW 2010, from the seeds of k-means++ (Arthur
///   & Vassilvitskii 2007). A center that no row came to for ten batches begins anew at a random
///   row, as in scikit-learn's `MiniBatchKMeans`.
struct MiniBatchKMeans {
  /// Numbers in a row.
  let columns: Int
  /// Centers [clusters, columns].
  private(set) var centers: [Float]
  private var counts: [Double]
  private var idle: [Int]

  /// The centers of `rows`; traps where there are fewer rows than clusters.
  init(_ rows: [Float], columns: Int, clusters: Int, batches: Int = 60, key: RandomKey) {
    let count = rows.count / columns
    require(
      clusters > 0 && count >= clusters, "MiniBatchKMeans: \(clusters) clusters of \(count) rows")
    var stream = key.stream()
    self.columns = columns
    let some = stream.permutation(count).prefix(max(clusters, min(8192, max(4 * clusters, 256))))
    let sample = some.flatMap { rows[$0 * columns..<($0 + 1) * columns] }
    centers = Self.seeds(sample, columns, clusters, &stream).flatMap {
      sample[$0 * columns..<($0 + 1) * columns]
    }
    counts = [Double](repeating: 0, count: clusters)
    idle = [Int](repeating: 0, count: clusters)
    let size = min(10 * clusters, 8192)
    for _ in 0..<batches {
      let chosen = (0..<size).map { _ in stream.index(below: count) }
      step(chosen.flatMap { rows[$0 * columns..<($0 + 1) * columns] }, &stream)
    }
  }

  /// Rows far from one another: each is drawn in proportion to its squared distance from those
  /// drawn before.
  private static func seeds(
    _ rows: [Float], _ columns: Int, _ clusters: Int, _ stream: inout RandomStream
  ) -> [Int] {
    let count = rows.count / columns
    let matrix = Tensor(rows, shape: [count, columns])
    let products = matrix.matrixProduct(matrix, transposeOther: true).floats
    var chosen = [stream.index(below: count)]
    var distances = [Double](repeating: .infinity, count: count)
    while chosen.count < clusters {
      let last = chosen[chosen.count - 1]
      var total = 0.0
      for row in 0..<count {
        let apart =
          products[row * count + row] + products[last * count + last]
          - 2 * products[last * count + row]
        distances[row] = row == last ? 0 : min(distances[row], Double(max(0, apart)))
        total += distances[row]
      }
      guard total > 0 else {
        // All rows are alike by now, so any will do.
        chosen.append(stream.index(below: count))
        continue
      }
      var rest = stream.uniform() * total
      chosen.append(
        distances.firstIndex {
          rest -= $0
          return rest < 0
        } ?? distances.lastIndex { $0 > 0 }!)
    }
    return chosen
  }

  private mutating func step(_ batch: [Float], _ stream: inout RandomStream) {
    let nearest = nearest(batch)
    for (row, cluster) in nearest.enumerated() {
      counts[cluster] += 1
      idle[cluster] = -1
      let rate = Float(1 / counts[cluster])
      for column in 0..<columns {
        let place = cluster * columns + column
        centers[place] += rate * (batch[row * columns + column] - centers[place])
      }
    }
    for cluster in idle.indices {
      idle[cluster] += 1
      guard idle[cluster] == 10 else { continue }
      let row = stream.index(below: nearest.count)
      for column in 0..<columns {
        centers[cluster * columns + column] = batch[row * columns + column]
      }
      (counts[cluster], idle[cluster]) = (0, 0)
    }
  }

  /// The nearest center of each row; the first of several.
  func nearest(_ rows: [Float]) -> [Int] {
    let (count, clusters) = (rows.count / columns, centers.count / columns)
    let products = Tensor(rows, shape: [count, columns]).matrixProduct(
      Tensor(centers, shape: [clusters, columns]), transposeOther: true
    ).floats
    let halves = (0..<clusters).map { cluster in
      centers[cluster * columns..<(cluster + 1) * columns].reduce(0) { $0 + $1 * $1 } / 2
    }
    return (0..<count).map { row in
      var (best, place) = (-Float.infinity, 0)
      for cluster in 0..<clusters {
        let closeness = products[row * clusters + cluster] - halves[cluster]
        if closeness > best { (best, place) = (closeness, cluster) }
      }
      return place
    }
  }
}
