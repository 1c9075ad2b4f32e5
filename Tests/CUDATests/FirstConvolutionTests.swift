import Backends
import Randomness
import Tensors
import Testing

/// One convolution in its three passes: what to run first on a card.
@Suite(.enabled(if: Device.present.contains(.cuda(0)), "needs a GPU"))
struct FirstConvolutionTests {
  @Test(arguments: [DType.f32, .bf16]) func threePasses(dtype: DType) {
    print("is on the device: \(Device.cuda(0))")  // a suite that is skipped passes, too
    var stream = RandomKey(seed: 7).stream()
    func drawn(_ shape: Shape) -> [Double] { (0..<shape.count).map { _ in stream.normal() } }
    let (shapes, bias): ([Shape], Shape) = ([[4, 32, 20, 20], [48, 32, 3, 3]], [48])
    let values = shapes.map(drawn) + [drawn(bias)]
    func passes(on device: Device) -> [[Double]] {
      let x = Tensor(values[0], shape: shapes[0], dtype: dtype, on: device).watched()
      let w = Tensor(values[1], shape: shapes[1], on: device).watched()
      let b = Tensor(values[2], shape: bias, on: device).watched()
      let y = x.convolution(w, bias: b, .init(padding: 1, relu: true))
      let slopes = gradients(of: (y * y).sum().scaled(by: 1e-3), for: [x, w, b])
      return [y.doubles] + slopes.map(\.doubles)
    }
    let (found, expected) = (passes(on: .cuda(0)), passes(on: .reference))
    for (name, (a, b)) in zip(["output", "input", "weights", "bias"], zip(found, expected)) {
      let largest = b.map(abs).max()!
      let error = zip(a, b).map { abs($0 - $1) }.max()!
      #expect(error <= (dtype == .f32 ? 1e-5 : 2e-2) * largest, "\(name): \(error) of \(largest)")
    }
  }
}
