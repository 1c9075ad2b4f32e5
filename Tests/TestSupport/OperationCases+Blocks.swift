internal import Tensors

extension OperationCases {
  static let blocks = [
    OperationCase("concatenated channels", "Concatenate") { draw in
      [draw.normal([2, 3, 4, 5]), draw.normal([2, 1, 4, 5]), draw.normal([2, 18, 4, 5])]
    } _: {
      concatenate($0, axis: 1)
    },
    OperationCase("concatenated rows", "Concatenate") { draw in
      [draw.normal([2, 3]), draw.normal([4, 3])]
    } _: {
      concatenate($0, axis: 0)
    },
    OperationCase("slice", "Slice") { draw in
      [draw.normal([3, 5, 4, 6])]
    } _: {
      $0[0].sliced(start: [1, 0, 2, 3], shape: [2, 4, 1, 3])
    },
    OperationCase("crop", "Slice") { draw in
      [draw.normal([2, 18, 6, 5])]
    } _: {
      $0[0].cropped(top: 1, left: 2, height: 4, width: 3)
    },
    OperationCase("padding with zeros", "Pad") { draw in
      [draw.normal([2, 3, 2])]
    } _: {
      $0[0].padded(start: [0, 2, 1], shape: [3, 6, 4])
    },
    OperationCase("another shape", "Reshape") { draw in
      [draw.normal([2, 3, 4, 5])]
    } _: {
      $0[0].reshaped([6, 20]).scaled(by: 2)
    },
    OperationCase("another shape after a convolution", "Reshape") { draw in
      [draw.normal([2, 3, 4, 5]), draw.normal([18, 3, 3, 3], scale: 0.2)]
    } _: {
      $0[0].convolution($0[1]).reshaped([2, 108])
    },
  ]
}
