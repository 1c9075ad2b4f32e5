internal import Tensors

extension OperationCases {
  static let pooling = [
    OperationCase("max pool of AlexNet", "MaxPool") { draw in
      [draw.distinct([2, 3, 9, 8])]
    } _: {
      $0[0].maxPool(.init(window: 3, stride: 2, ceilMode: true))
    },
    OperationCase("max pool with a border", "MaxPool") { draw in
      [draw.distinct([1, 18, 5, 6])]
    } _: {
      $0[0].maxPool(.init(window: Pair(3, 2), stride: Pair(1, 2), padding: 1))
    },
    OperationCase("average pool", "AveragePool") { draw in
      [draw.normal([2, 3, 8, 6])]
    } _: {
      $0[0].averagePool(.init(window: 2))
    },
    OperationCase("average pool that counts the border", "AveragePool") { draw in
      [draw.normal([2, 3, 7, 6])]
    } _: {
      $0[0].averagePool(.init(window: 3, stride: 2, padding: 1, ceilMode: true))
    },
    OperationCase("average pool that ignores the border", "AveragePool") { draw in
      [draw.normal([2, 3, 7, 6])]
    } _: {
      $0[0].averagePool(.init(window: 3, stride: 2, padding: 1, countsPadding: false))
    },
    OperationCase("global average pool", "AveragePool") { draw in
      [draw.normal([2, 18, 5, 7])]
    } _: {
      $0[0].globalAveragePool()
    },
    OperationCase("enlarged", "Resize") { draw in
      [draw.normal([2, 3, 4, 5])]
    } _: {
      $0[0].resized(.init(size: Pair(9, 10)))
    },
    OperationCase("enlarged with aligned corners", "Resize") { draw in
      [draw.normal([2, 3, 4, 5])]
    } _: {
      $0[0].resized(.init(size: Pair(9, 10), corners: .aligned))
    },
    OperationCase("enlarged by a factor", "Resize") { draw in
      [draw.normal([1, 3, 5, 6])]
    } _: {
      $0[0].resized(.init(size: Pair(7, 9), factor: 1.5))
    },
    OperationCase("made smaller", "Resize") { draw in
      [draw.normal([1, 2, 9, 7])]
    } _: {
      $0[0].resized(.init(size: Pair(4, 3)))
    },
  ]

  static let regions = [
    OperationCase("RoI max pool", "RoIMaxPool") { draw in
      [draw.distinct([2, 3, 10, 12]), boxes]
    } _: {
      $0[0].roiMaxPool($0[1], .init(size: Pair(3, 2), scale: 0.25))
    },
    OperationCase("RoI align", "RoIAlign") { draw in
      [draw.normal([2, 3, 10, 12]), boxes]
    } _: {
      $0[0].roiAlign($0[1], .init(size: Pair(3, 2), scale: 0.25, samples: 2, aligned: true))
    },
    OperationCase("RoI align, samples as the region needs", "RoIAlign") { draw in
      [draw.normal([2, 3, 10, 12]), boxes]
    } _: {
      $0[0].roiAlign($0[1], .init(size: 2, scale: 0.25))
    },
  ]

  /// Two ordinary regions, one beyond the border, one outside.
  private static let boxes = OperationInput(
    HostTensor(
      [0, 3, 5, 30, 33, 1, 10, 2, 21, 29, 0, -9, 20, 70, 60, 1, 90, 90, 120, 130], [4, 5])
  ).constant.single
}
