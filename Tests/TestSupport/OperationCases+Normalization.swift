internal import Tensors

extension OperationCases {
  static let normalization = [
    batchNorm("batch normalization") { $0[0].batchNormalized(scale: $0[1], shift: $0[2]) },
    batchNorm("batch normalization without scale and shift", affine: false) {
      $0[0].batchNormalized(epsilon: 1e-3)
    },
    // Shifts far from zero keep every output away from the kink.
    batchNorm("batch normalization with ReLU", shifts: [8, -8, 8, -8, 8]) {
      $0[0].batchNormalized(scale: $0[1], shift: $0[2], relu: true)
    },
    fixedNorm("normalization by given statistics") {
      $0[0].batchNormalized(mean: $0[1], variance: $0[2], scale: $0[3], shift: $0[4])
    },
    fixedNorm("normalization by given statistics with ReLU", shifts: [8, -8, 8, -8, 8]) {
      $0[0].batchNormalized(
        mean: $0[1], variance: $0[2], scale: $0[3], shift: $0[4], epsilon: 1e-3, relu: true)
    },
    OperationCase("response normalization", "ResponseNormalization") { draw in
      [draw.normal([2, 8, 3, 4], scale: 3)]
    } _: {
      $0[0].responseNormalized(.init(alpha: 0.3))
    },
    OperationCase("response normalization, window of 3, Krizhevsky's k", "ResponseNormalization") {
      draw in
      [draw.normal([1, 5, 2, 3])]
    } _: {
      $0[0].responseNormalized(.init(size: 3, alpha: 0.5, beta: 0.5, k: 2))
    },
  ]

  private static func batchNorm(
    _ name: String, affine: Bool = true, shifts: [Double] = [0.3, -0.2, 0, 1, -1],
    _ run: @escaping @Sendable ([Tensor]) -> BatchNormalized
  ) -> OperationCase {
    var draw = InputDraw(name: name)
    var inputs = [draw.normal([3, 5, 4, 3], scale: 2)]
    if affine {
      inputs.append(draw.uniform([5], in: 0.5..<2).single)
      inputs.append(OperationInput(HostTensor(shifts, [5])).single)
    }
    return OperationCase(name, "BatchNormalization", inputs: inputs) {
      let result = run($0)
      return [result.output, result.mean, result.variance]
    }
  }

  private static func fixedNorm(
    _ name: String, shifts: [Double] = [0.3, -0.2, 0, 1, -1],
    _ run: @escaping @Sendable ([Tensor]) -> Tensor
  ) -> OperationCase {
    OperationCase(name, "BatchNormalization") { draw in
      [
        draw.normal([2, 5, 3, 4]), draw.normal([5], scale: 0.5).constant.single,
        draw.uniform([5], in: 0.5..<2).constant.single, draw.uniform([5], in: 0.5..<2).single,
        OperationInput(HostTensor(shifts, [5])).single,
      ]
    } _: {
      run($0)
    }
  }
}
