import Randomness
import Tensors
import TestSupport
import Testing

@Suite struct GradientCheckTests {
  private let input = HostTensor([0.5, -1.5, 2, 3], [4])

  /// x², whose pullback claims `factor` g x; 2 is right.
  private func square(_ x: Tensor, claiming factor: Double) -> Tensor {
    let (backend, storage) = (x.device.backend, x.storage)
    return Tensor(backend.multiplied(storage, storage), from: [x]) { g, _ in
      [backend.scaled(backend.multiplied(g, storage), by: factor, plus: 0)]
    }
  }

  @Test func acceptsARightPullback() {
    let checks = checkGradients([input], variables: [0], key: RandomKey(seed: 1)) {
      square($0[0], claiming: 2)
    }
    #expect(checks.count == 1)
    #expect(checks.allSatisfy { $0.error < 1e-7 }, "\(checks)")
  }

  @Test(arguments: [0, 1, -2, 2.01]) func rejectsAWrongPullback(factor: Double) {
    let checks = checkGradients([input], variables: [0], key: RandomKey(seed: 1)) {
      square($0[0], claiming: factor)
    }
    #expect(checks.allSatisfy { $0.error > 1e-4 }, "\(checks)")
  }

  @Test func rejectsAPullbackThatGivesNaN() {
    let checks = checkGradients([input], variables: [0], key: RandomKey(seed: 1)) {
      square($0[0], claiming: .nan)
    }
    #expect(checks.allSatisfy { $0.error == .infinity }, "\(checks)")
  }

  @Test func rejectsAPullbackWithAnotherShape() {
    let checks = checkGradients([input], variables: [0], key: RandomKey(seed: 1)) { inputs in
      let (x, backend) = (inputs[0], inputs[0].device.backend)
      return Tensor(backend.scaled(x.storage, by: 1, plus: 0), from: [x]) { g, _ in
        [backend.reshaped(g, to: [2, 2])]
      }
    }
    #expect(checks.allSatisfy { $0.error == .infinity }, "\(checks)")
  }

  @Test func findsTheInputWhosePullbackIsWrong() {
    let inputs = [input, HostTensor([1, 2, 3, 4], [4])]
    let checks = checkGradients(inputs, variables: [0, 1], key: RandomKey(seed: 2)) {
      $0[0] * square($0[1], claiming: 1)
    }
    #expect(checks[0].error < 1e-7 && checks[1].error > 0.05, "\(checks)")
  }
}
