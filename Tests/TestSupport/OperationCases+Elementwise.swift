internal import Randomness
internal import Tensors

extension OperationCases {
  static let elementwise = [
    OperationCase("sum of tensors", "Arithmetic") { draw in
      [draw.normal([2, 3, 5]), draw.normal([2, 3, 5])]
    } _: {
      $0[0] + $0[1]
    },
    OperationCase("difference of tensors", "Arithmetic") { draw in
      [draw.normal([7]), draw.normal([7])]
    } _: {
      $0[0] - $0[1]
    },
    OperationCase("combination", "Arithmetic") { draw in
      [draw.normal([2, 3, 4, 5]), draw.normal([2, 3, 4, 5])]
    } _: {
      .combination(0.5, $0[0], -3, $0[1])
    },
    OperationCase("product of tensors", "Arithmetic") { draw in
      [draw.normal([2, 3, 4, 5]), draw.normal([2, 3, 4, 5])]
    } _: {
      $0[0] * $0[1]
    },
    OperationCase("square by a product with itself", "Arithmetic") { draw in
      [draw.normal([11])]
    } _: {
      $0[0] * $0[0]
    },
    OperationCase("scale and offset", "Arithmetic") { draw in
      [draw.normal([3, 4])]
    } _: {
      $0[0].scaled(by: -2, plus: 0.5)
    },
    OperationCase("bias per channel", "AddChannels") { draw in
      [draw.normal([2, 18, 3, 4]), draw.normal([18])]
    } _: {
      $0[0].addingChannels($0[1])
    },
    OperationCase("bias per column", "AddChannels") { draw in
      [draw.normal([5, 7]), draw.normal([7])]
    } _: {
      $0[0].addingChannels($0[1])
    },
    OperationCase("ReLU", "Relu") { draw in
      [draw.awayFromZero([2, 3, 5, 7])]
    } _: {
      $0[0].relu()
    },
    OperationCase("leaky ReLU", "Relu") { draw in
      [draw.awayFromZero([2, 3, 5, 7])]
    } _: {
      $0[0].leakyRelu(slope: 0.25)
    },
    OperationCase("dropout", "Dropout") { draw in
      [draw.normal([3, 37])]
    } _: {
      $0[0].dropout(rate: 0.4, key: RandomKey(seed: 5))
    },
    OperationCase("sum of all", "Sum") { draw in
      [draw.uniform([2, 3, 4, 5], in: 0.5..<1)]
    } _: {
      $0[0].sum()
    },
    OperationCase("mean of all", "Sum") { draw in
      [draw.uniform([5, 9], in: 0.5..<1)]
    } _: {
      $0[0].mean()
    },
    OperationCase("change of type and back", "Convert", isSmooth: false) { draw in
      [draw.normal([2, 3, 4, 5])]
    } _: {
      let type = $0[0].dtype
      return $0[0].converted(to: type == .f32 ? .bf16 : .f32).scaled(by: 2).converted(to: type)
    },
  ]
}
