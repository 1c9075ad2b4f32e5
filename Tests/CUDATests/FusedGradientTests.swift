import Backends
import Randomness
import Tensors
import Testing

/// Gradients that the device forms in fewer passes than there are operations.
@Suite(.enabled(if: Device.present.contains(.cuda(0)), "needs a GPU"))
struct FusedGradientTests {
  /// Channels before and after, and groups: whole quads, quads with padding, and rows that are no
  /// multiple of four.
  static let widths = [(3, 16, 1), (3, 5, 1), (4, 6, 2)]

  /// A rectified convolution before normalization: the mask and the sums for the bias come out of
  /// the normalization's gradient.
  @Test(arguments: widths, [DType.f32, .bf16])
  func rectifiersBeforeNormalization(width: (Int, Int, Int), dtype: DType) {
    for ofBatch in [true, false] {
      compare(width, dtype) { x, w, b in
        let y = x.convolution(w, bias: b, .init(padding: 1, groups: width.2, relu: true))
        guard !ofBatch else { return y.batchNormalized(epsilon: 0.1).output }
        let ones = Tensor(filledWith: 0.5, shape: [width.1], on: x.device)
        return y.batchNormalized(mean: ones, variance: ones, scale: ones)
      }
    }
  }

  @Test(arguments: widths, [DType.f32, .bf16])
  func rectifiersAlone(width: (Int, Int, Int), dtype: DType) {
    compare(width, dtype) { x, w, b in
      x.convolution(w, bias: b, .init(padding: 1, groups: width.2, relu: true))
    }
  }

  @Test(arguments: [DType.f32, .bf16]) func rectifiedTransposedConvolutions(dtype: DType) {
    compare((5, 3, 1), dtype, of: [5, 7, 4, 4]) { x, w, b in
      x.transposedConvolution(w, bias: b, stride: 2, padding: 1, relu: true)
    }
  }

  /// An output that goes two ways gets both gradients, and is masked once more.
  @Test(arguments: [DType.f32, .bf16]) func outputsThatAreUsedTwice(dtype: DType) {
    compare((3, 8, 1), dtype) { x, w, b in
      let y = x.convolution(w, bias: b, .init(padding: 1, relu: true))
      return y.batchNormalized(epsilon: 0.1).output + y.scaled(by: 0.5)
    }
  }

  /// Whoever asks for the gradient of a rectifier's output gets all of it.
  @Test func leavesAreNotMasked() {
    func slopes(on device: Device) -> [Double] {
      let x = Tensor((0..<96).map { Double($0 % 7) - 3 }, shape: [2, 4, 3, 4], on: device)
      let w = Tensor((0..<16).map { $0 % 5 == 0 ? 1.0 : 0 }, shape: [4, 4, 1, 1], on: device)
      let leaf = x.convolution(w, bias: nil, .init(relu: true)).watched()
      let weights = Tensor((0..<96).map { Double($0 % 5) }, shape: leaf.shape, on: device)
      let y = leaf.batchNormalized(epsilon: 0.1).output * weights
      return gradients(of: y.sum(), for: [leaf])[0].doubles
    }
    let (found, expected) = (slopes(on: .cuda(0)), slopes(on: .reference))
    #expect(expected.enumerated().contains { $0.offset % 7 < 3 && abs($0.element) > 0.01 })
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-4) }
  }

  /// Compares output and gradients of x, w and b with the reference.
  private func compare(
    _ width: (Int, Int, Int), _ dtype: DType, of shape: Shape? = nil,
    _ body: (Tensor, Tensor, Tensor) -> Tensor
  ) {
    var stream = RandomKey(seed: 8).stream()
    // Quarters, of which sums are exact: nothing is positive on one device and zero on the other.
    func drawn(_ shape: Shape) -> [Double] {
      (0..<shape.count).map { _ in (4 * stream.normal()).rounded() / 4 }
    }
    let wShape = shape ?? [width.1, width.0 / width.2, 3, 3]
    let bShape: Shape = [shape.map { $0[1] } ?? width.1]
    let shapes: [Shape] = [[4, width.0, 9, 20], wShape, bShape]
    let values = shapes.map(drawn)
    func passes(on device: Device) -> [[Double]] {
      let x = Tensor(values[0], shape: shapes[0], dtype: dtype, on: device).watched()
      let w = Tensor(values[1], shape: shapes[1], on: device).watched()
      let b = Tensor(values[2], shape: shapes[2], on: device).watched()
      let y = body(x, w, b)
      let weights = Tensor(
        (0..<y.shape.count).map { Double($0 % 11) / 11 }, shape: y.shape, dtype: dtype, on: device)
      let slopes = gradients(of: (y * weights).sum(), for: [x, w, b])
      return [y.doubles] + slopes.map(\.doubles)
    }
    let (found, expected) = (passes(on: .cuda(0)), passes(on: .reference))
    for (name, (a, b)) in zip(["output", "input", "weights", "bias"], zip(found, expected)) {
      let largest = b.map(abs).max()!
      let error = zip(a, b).map { abs($0 - $1) }.max()!
      #expect(error <= (dtype == .f32 ? 1e-5 : 3e-2) * largest, "\(name): \(error) of \(largest)")
    }
  }
}
