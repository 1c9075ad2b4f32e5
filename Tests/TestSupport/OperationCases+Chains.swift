internal import Randomness
internal import Tensors

extension OperationCases {
  /// Each operation between two convolutions, so that memory in a backend's own layout flows
  /// through it both ways.
  static let chains = [
    chain("ReLU", "Relu") { $0.relu() },
    // It takes the bias away again, so there is no gradient to measure.
    chain("batch normalization", "BatchNormalization", learnsBias: false) {
      $0.batchNormalized().output
    },
    chain("given statistics", "BatchNormalization") {
      let ones = Tensor(filledWith: 1, shape: [16], on: $0.device)
      return $0.batchNormalized(mean: ones, variance: ones, scale: ones)
    },
    chain("response normalization", "ResponseNormalization") {
      $0.responseNormalized(.init(alpha: 0.3))
    },
    // Near ties may fall either way where values were rounded to 8 bits before.
    chain("max pool", "MaxPool", dtypes: [.f32]) { $0.maxPool(.init(window: 2)) },
    chain("average pool", "AveragePool") { $0.averagePool(.init(window: 3, stride: 2)) },
    chain("global average pool", "AveragePool") { $0.globalAveragePool() },
    chain("resizing", "Resize") { $0.resized(.init(size: Pair(9, 7))) },
    chain("transposed convolution", "TransposedConvolution") {
      let weight = Tensor(filledWith: 0.05, shape: [16, 16, 4, 4], dtype: $0.dtype, on: $0.device)
      return $0.transposedConvolution(weight, stride: 2, padding: 1)
    },
    chain("sum with itself, scaled", "Arithmetic") { $0 + $0.scaled(by: 2, plus: 1) },
    chain("product", "Arithmetic") { $0 * $0.scaled(by: 0.5, plus: 1) },
    chain("bias", "AddChannels") {
      $0.addingChannels(Tensor(filledWith: 0.5, shape: [16], dtype: $0.dtype, on: $0.device))
    },
    chain("dropout", "Dropout") { $0.dropout(rate: 0.5, key: RandomKey(seed: 3)) },
    chain("concatenation and slice", "Concatenate") {
      concatenate([$0, $0.scaled(by: 2)]).sliced(start: [0, 8, 0, 0], shape: [2, 16, 6, 6])
    },
    chain("crop", "Slice") { $0.cropped(top: 1, left: 2, height: 4, width: 3) },
    chain("padding", "Pad") { $0.padded(start: [0, 0, 1, 1], shape: [2, 16, 8, 8]) },
    chain("another shape and back", "Reshape") {
      $0.reshaped([2, 576]).scaled(by: 2).reshaped([2, 16, 6, 6])
    },
    chain("change of type and back", "Convert", dtypes: [.bf16], isSmooth: false) {
      $0.converted(to: .f32).scaled(by: 2).converted(to: $0.dtype)
    },
    chain("dense layer", "Dense") {
      let weight = Tensor(filledWith: 0.05, shape: [16, 576], dtype: $0.dtype, on: $0.device)
      return $0.dense(weight).reshaped([2, 16, 1, 1])
    },
    chain("RoI align", "RoIAlign") {
      let boxes = Tensor([0.0, 0, 0, 5, 4, 1, 1, 1, 3, 5], shape: [2, 5], on: $0.device)
      return $0.roiAlign(boxes, .init(size: 2, scale: 1, samples: 2))
    },
    chain("softmax cross-entropy", "SoftmaxCrossEntropy") {
      let classes = Tensor(
        indices: (0..<72).map { Int32($0 % 16) }, shape: [2, 1, 6, 6], on: $0.device)
      let weights = Tensor(filledWith: 1, shape: [2, 1, 6, 6], on: $0.device)
      let losses = $0.softmaxCrossEntropy(classes: classes, weights: weights)
      let type = $0.dtype
      return concatenate((0..<16).map { _ in losses.converted(to: type) })
    },
    chain("squared error and mean", "Sum") {
      let error = $0.squaredError($0.scaled(by: 0.25)).mean()
      return error.converted(to: $0.dtype).reshaped([1, 1, 1, 1]).padded(
        start: [0, 0, 0, 0], shape: [1, 16, 1, 1])
    },
  ]

  private static func chain(
    _ name: String, _ operation: String, dtypes: Set<DType> = [.f32, .bf16], isSmooth: Bool = true,
    learnsBias: Bool = true, _ middle: @escaping @Sendable (Tensor) -> Tensor
  ) -> OperationCase {
    let bias = (0..<16).map { $0 % 2 == 0 ? 9.0 : -9.0 }  // away from the kink of ReLU
    let lifted = OperationInput(HostTensor(bias, [16]), isVariable: learnsBias)
    var row = OperationCase("\(name) between convolutions", operation, isSmooth: isSmooth) { draw in
      [
        draw.normal([2, 3, 8, 8]), draw.normal([16, 3, 3, 3], scale: 0.2), lifted,
        draw.normal([16, 16, 1, 1], scale: 0.2),
      ]
    } _: {
      middle($0[0].convolution($0[1], bias: $0[2])).convolution($0[3])
    }
    row.dtypes = dtypes
    row.roundings = 3
    return row
  }
}
