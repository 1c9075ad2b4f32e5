public import Randomness
public import Tensors

/// How weights are drawn before training. Draws happen on the host, so the same key gives the same
/// weights on every device.
public enum Initializer: Hashable, Sendable {
  /// Independent normal numbers of this standard deviation.
  case gaussian(deviation: Double)
  /// Uniform with variance 1 / fan-in (Caffe's `xavier` filler; Glorot & Bengio 2010).
  case xavier
  /// Normal with variance 2 / fan-in (He et al. 2015).
  case he
  /// The triangle filter that makes a transposed convolution interpolate (FCN, Long et al. 2015).
  case bilinear
  /// The same number throughout.
  case constant(Double)

  /// A tensor of `shape` [out, in, …] drawn with `key`; the fan-in is the count per output.
  public func tensor(shape: Shape, key: RandomKey, on device: Device) -> Tensor {
    let fanIn = Double(shape.count / max(shape[0], 1))
    var stream = key.stream()
    func draw(_ next: () -> Double) -> Tensor {
      Tensor((0..<shape.count).map { _ in Float(next()) }, shape: shape, on: device)
    }
    switch self {
    case .gaussian(let deviation): return draw { deviation * stream.normal() }
    case .xavier:
      let bound = (3 / fanIn).squareRoot()
      return draw { stream.uniform(in: -bound..<bound) }
    case .he: return draw { (2 / fanIn).squareRoot() * stream.normal() }
    case .constant(let value): return Tensor(filledWith: value, shape: shape, on: device)
    case .bilinear: return Tensor(Self.triangles(shape), shape: shape, on: device)
    }
  }

  /// Caffe's `bilinear` filler: every filter is the same product of two triangles.
  private static func triangles(_ shape: Shape) -> [Float] {
    require(
      shape.rank == 4 && shape[2] == shape[3], "bilinear: filters of \(shape) are not square")
    let size = shape[3]
    let factor = Double((size + 1) / 2)
    let center = (2 * factor - 1 - Double((size + 1) / 2 * 2 - size)) / (2 * factor)
    let row = (0..<size).map { 1 - abs(Double($0) / factor - center) }
    return (0..<shape.count).map { Float(row[$0 % size] * row[$0 / size % size]) }
  }
}
