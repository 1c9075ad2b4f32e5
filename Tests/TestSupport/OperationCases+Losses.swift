internal import Tensors

extension OperationCases {
  static let losses = [
    OperationCase("softmax cross-entropy with soft targets", "SoftmaxCrossEntropy") { draw in
      [
        draw.normal([2, 9, 3, 4], scale: 3), draw.indices([2, 5, 3, 4], below: 9),
        draw.uniform([2, 5, 3, 4], in: 0..<1).constant.single,
      ]
    } _: {
      $0[0].softmaxCrossEntropy(classes: $0[1], weights: $0[2])
    },
    OperationCase("softmax cross-entropy of rows", "SoftmaxCrossEntropy") { draw in
      [
        draw.normal([5, 21]), draw.indices([5, 1], below: 21),
        OperationInput(HostTensor([1, 1, 0, 1, 2], [5, 1])).constant.single,
      ]
    } _: {
      $0[0].softmaxCrossEntropy(classes: $0[1], weights: $0[2])
    },
    OperationCase("sigmoid cross-entropy", "SigmoidCrossEntropy") { draw in
      [draw.normal([4, 20], scale: 4), draw.uniform([4, 20], in: 0..<1).constant]
    } _: {
      $0[0].sigmoidCrossEntropy($0[1])
    },
    OperationCase("smooth L1", "SmoothL1") { draw in
      [draw.normal([6, 8]), draw.normal([6, 8]).constant]
    } _: {
      $0[0].smoothL1($0[1], beta: 1.0 / 9)
    },
    OperationCase("squared error", "SquaredError") { draw in
      [draw.normal([2, 3, 4]), draw.normal([2, 3, 4])]
    } _: {
      $0[0].squaredError($0[1])
    },
  ]
}
