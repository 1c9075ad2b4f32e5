internal import Tensors

extension OperationCases {
  static let linearMaps = [
    OperationCase("convolution", "Convolution") { draw in
      [
        draw.normal([2, 4, 7, 6]), draw.normal([5, 4, 3, 3], scale: 0.2), draw.normal([5]),
      ]
    } _: {
      $0[0].convolution($0[1], bias: $0[2], .init(padding: 1))
    },
    OperationCase("convolution of 33 channels, stride 2", "Convolution") { draw in
      [draw.normal([2, 33, 9, 7]), draw.normal([18, 33, 3, 3], scale: 0.1)]
    } _: {
      $0[0].convolution($0[1], .init(stride: 2, padding: 1))
    },
    OperationCase("convolution in groups, dilated, oblong", "Convolution") { draw in
      [
        draw.normal([2, 4, 9, 8]), draw.normal([6, 2, 2, 3], scale: 0.3), draw.normal([6]),
      ]
    } _: {
      $0[0].convolution(
        $0[1], bias: $0[2],
        .init(stride: Pair(1, 2), padding: Pair(2, 1), dilation: Pair(2, 1), groups: 2))
    },
    // The bias lifts one half of the channels well above the kink, the other below.
    OperationCase("convolution with ReLU", "Convolution") { draw in
      let bias = HostTensor([9, -9, 9, -9], [4])
      return [
        draw.normal([2, 3, 6, 5]), draw.normal([4, 3, 3, 3], scale: 0.2), OperationInput(bias),
      ]
    } _: {
      $0[0].convolution($0[1], bias: $0[2], .init(padding: 1, relu: true))
    },
    OperationCase("transposed convolution", "TransposedConvolution") { draw in
      [
        draw.normal([2, 6, 4, 5]), draw.normal([6, 4, 4, 4], scale: 0.2), draw.normal([4]),
      ]
    } _: {
      $0[0].transposedConvolution($0[1], bias: $0[2], stride: 2, padding: 1)
    },
    OperationCase("transposed convolution in groups, with output padding", "TransposedConvolution")
    { draw in
      [draw.normal([1, 4, 3, 4]), draw.normal([4, 3, 3, 3], scale: 0.3)]
    } _: {
      $0[0].transposedConvolution(
        $0[1], stride: Pair(2, 3), padding: 1, outputPadding: Pair(1, 0), groups: 2)
    },
    OperationCase("dense layer", "Dense") { draw in
      [draw.normal([3, 2, 3, 2]), draw.normal([7, 12], scale: 0.3), draw.normal([7])]
    } _: {
      $0[0].dense($0[1], bias: $0[2])
    },
    OperationCase("matrix product", "MatrixProduct") { draw in
      [draw.normal([5, 19]), draw.normal([19, 8])]
    } _: {
      $0[0].matrixProduct($0[1])
    },
    OperationCase("matrix product, left transposed", "MatrixProduct") { draw in
      [draw.normal([19, 5]), draw.normal([19, 8])]
    } _: {
      $0[0].matrixProduct($0[1], transposeSelf: true)
    },
    OperationCase("matrix product, right transposed", "MatrixProduct") { draw in
      [draw.normal([5, 19]), draw.normal([8, 19])]
    } _: {
      $0[0].matrixProduct($0[1], transposeOther: true)
    },
    OperationCase("matrix product, both transposed", "MatrixProduct") { draw in
      [draw.normal([19, 5]), draw.normal([8, 19])]
    } _: {
      $0[0].matrixProduct($0[1], transposeSelf: true, transposeOther: true)
    },
  ]
}
