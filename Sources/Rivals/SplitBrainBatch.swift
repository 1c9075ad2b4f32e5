internal import ColorScience
internal import Inputs
public import Networks
public import Tensors
public import Training

/// Lab pictures and the bins of their colors and lightnesses: plain arrays, so that worker threads
/// can make it.
public struct SplitBrainBatch: PretextBatch {
  /// Rows and columns of the crops, and of the targets.
  public let size, rows: Int
  /// Pictures in it.
  public let count: Int
  /// The network's input, [n, 3, size, size].
  public private(set) var input: [Float] = []
  /// The target itself, L, a and b, [n, 3, rows, rows].
  public private(set) var target: [Float] = []
  /// The bins of the ab code and their shares, [n, k, rows, rows].
  public private(set) var (classes, shares): ([Int32], [Float]) = ([], [])
  /// The bins of lightness, [n, 1, rows, rows].
  public private(set) var lightness: [Int32] = []
  /// The entropy of all ab codes together, in nats.
  public private(set) var entropy = 0.0

  /// Bins of lightness, one unit each.
  static let lightnessBins = 100

  /// A batch of pictures, whose targets are point-sampled every `step` pixels.
  init(_ pictures: [LabPlanes], size: Int, step: Int, encoder: SoftEncoder) {
    (self.size, rows, count) = (size, (size + step - 1) / step, pictures.count)
    let preprocessing = Preprocessing(.lab, size: size)
    for lab in pictures {
      input += preprocessing.normalized([lab.lightness, lab.a, lab.b])
      let sampled = [lab.lightness, lab.a, lab.b].map { plane in
        (0..<rows * rows).map { plane[$0 / rows * step * size + $0 % rows * step] }
      }
      target += sampled.flatMap { $0 }
      lightness += sampled[0].map { Int32(max(0, min(Self.lightnessBins - 1, Int($0)))) }
      encode(sampled[1], sampled[2], encoder)
    }
  }

  private mutating func encode(_ a: [Float], _ b: [Float], _ encoder: SoftEncoder) {
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
    classes += bins
    self.shares += shares
  }

  /// Positions in all targets.
  var positions: Int { count * rows * rows }

  /// The network's input [n, 3, size, size].
  public func input(on device: Device, as dtype: DType = .f32) -> Tensor {
    Tensor(input, shape: [count, 3, size, size], dtype: dtype, on: device)
  }

  /// Everything under the names of the properties.
  public var archive: TensorArchive {
    var archive = TensorArchive()
    archive.add("input", input(on: .cpu))
    archive.add("target", Tensor(target, shape: [count, 3, rows, rows], on: .cpu))
    let shape: Shape = [count, classes.count / positions, rows, rows]
    archive.add("classes", Tensor(indices: classes, shape: shape, on: .cpu))
    archive.add("shares", Tensor(shares, shape: shape, on: .cpu))
    archive.add("lightness", Tensor(indices: lightness, shape: [count, 1, rows, rows], on: .cpu))
    return archive
  }

  /// The divergence of the ab scores from the soft codes and the cross-entropy of the lightness
  /// scores, each a mean over positions, in nats; what lies beyond the targets is cut off.
  func losses(
    _ scores: (color: Tensor, lightness: Tensor)
  ) -> (color: Tensor, lightness: Tensor) {
    func mean(_ scores: Tensor, _ classes: [Int32], _ shares: [Float]) -> Tensor {
      let shape: Shape = [count, classes.count / positions, rows, rows]
      let scores = fitted(scores)
      return scores.softmaxCrossEntropy(
        classes: Tensor(indices: classes, shape: shape, on: scores.device),
        weights: Tensor(shares, shape: shape, dtype: scores.dtype, on: scores.device)
      ).mean()
    }
    return (
      mean(scores.color, classes, shares).scaled(by: 1, plus: -entropy / Double(positions)),
      mean(scores.lightness, lightness, [Float](repeating: 1, count: lightness.count))
    )
  }

  /// The part of an output that lies over the targets, in single precision at least.
  func fitted(_ output: Tensor) -> Tensor {
    output.cropped(top: 0, left: 0, height: rows, width: rows).inFullPrecision
  }
}
