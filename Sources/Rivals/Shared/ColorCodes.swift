internal import ColorScience
internal import Networks
internal import Tensors
internal import Training

/// The soft codes of pictures' colors at some positions, and the loss of scores for them.
public struct ColorCodes: Sendable {
  /// Rows and columns of positions in a picture.
  public let rows: Int
  /// Pictures in it.
  public private(set) var count = 0
  /// The bins of the codes and their shares, [n, k, rows, rows].
  public private(set) var (classes, shares): ([Int32], [Float]) = ([], [])
  /// The entropy of all codes together, in nats.
  public private(set) var entropy = 0.0

  /// No pictures yet, of `rows` x `rows` positions.
  init(rows: Int) { self.rows = rows }

  /// Adds a picture.
  ///
  /// - Shapes: `a` and `b` [rows, rows].
  mutating func add(_ a: [Float], _ b: [Float], _ encoder: SoftEncoder) {
    var bins = [Int32](repeating: 0, count: a.count * encoder.neighbors)
    var shares = [Float](repeating: 0, count: bins.count)
    entropy += a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        bins.withUnsafeMutableBufferPointer { bins in
          shares.withUnsafeMutableBufferPointer {
            encoder.encodePlanes(a: a, b: b, into: bins, weights: $0)
          }
        }
      }
    }
    count += 1
    classes += bins
    self.shares += shares
  }

  /// Every `step`-th number of a plane, across and down from the first.
  ///
  /// - Shapes: [size, size] to [rows, rows].
  func sampled(_ plane: [Float], size: Int, step: Int) -> [Float] {
    (0..<rows * rows).map { plane[$0 / rows * step * size + $0 % rows * step] }
  }

  /// Positions in all pictures.
  var positions: Int { count * rows * rows }

  private var shape: Shape { [count, classes.count / max(positions, 1), rows, rows] }

  /// The divergence of scores from the codes, a mean over positions, in nats; what lies beyond the
  /// positions is cut off.
  func loss(_ scores: Tensor) -> Tensor {
    let scores = scores.cropped(top: 0, left: 0, height: rows, width: rows).inFullPrecision
    return scores.softmaxCrossEntropy(
      classes: Tensor(indices: classes, shape: shape, on: scores.device),
      weights: Tensor(shares, shape: shape, dtype: scores.dtype, on: scores.device)
    ).mean().scaled(by: 1, plus: -entropy / Double(positions))
  }

  /// Adds `classes` and `shares`.
  func add(to archive: inout TensorArchive) {
    archive.add("classes", Tensor(indices: classes, shape: shape, on: .cpu))
    archive.add("shares", Tensor(shares, shape: shape, on: .cpu))
  }
}
