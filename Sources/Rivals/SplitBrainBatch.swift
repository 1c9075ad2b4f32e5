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
  /// The soft codes of ab.
  public private(set) var colors: ColorCodes
  /// The bins of lightness, [n, 1, rows, rows].
  public private(set) var lightness: [Int32] = []

  /// Bins of lightness, one unit each.
  static let lightnessBins = 100

  /// A batch of pictures, whose targets are point-sampled every `step` pixels.
  init(_ pictures: [LabPlanes], size: Int, step: Int, encoder: SoftEncoder) {
    (self.size, rows, count) = (size, (size + step - 1) / step, pictures.count)
    colors = ColorCodes(rows: rows)
    let preprocessing = Preprocessing(.lab, size: size)
    for lab in pictures {
      input += preprocessing.normalized([lab.lightness, lab.a, lab.b])
      let sampled = [lab.lightness, lab.a, lab.b].map {
        colors.sampled($0, size: size, step: step)
      }
      target += sampled.flatMap { $0 }
      lightness += sampled[0].map { Int32(max(0, min(Self.lightnessBins - 1, Int($0)))) }
      colors.add(sampled[1], sampled[2], encoder)
    }
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
    colors.add(to: &archive)
    archive.add("lightness", Tensor(indices: lightness, shape: [count, 1, rows, rows], on: .cpu))
    return archive
  }

  /// The divergence of the ab scores from the soft codes and the cross-entropy of the lightness
  /// scores, each a mean over positions, in nats; what lies beyond the targets is cut off.
  func losses(
    _ scores: (color: Tensor, lightness: Tensor)
  ) -> (color: Tensor, lightness: Tensor) {
    let shape: Shape = [count, 1, rows, rows]
    let found = fitted(scores.lightness)
    let losses = found.softmaxCrossEntropy(
      classes: Tensor(indices: lightness, shape: shape, on: found.device),
      weights: Tensor(filledWith: 1, shape: shape, dtype: found.dtype, on: found.device))
    return (colors.loss(scores.color), losses.mean())
  }

  /// The part of an output that lies over the targets, in single precision at least.
  func fitted(_ output: Tensor) -> Tensor {
    output.cropped(top: 0, left: 0, height: rows, width: rows).inFullPrecision
  }
}
