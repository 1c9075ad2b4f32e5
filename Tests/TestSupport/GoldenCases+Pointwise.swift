internal import Tensors

extension OperationCases {
  static let pointwise: [OperationCase] = family("pointwise_lrn_linear").compactMap { golden in
    let p = golden.parameters
    switch p.text("op") {
    case "relu": return link(golden, "Relu", inputs: ["x"]) { [$0[0].relu()] }
    case "leaky_relu":
      let slope = p.number("slope")
      return link(golden, "Relu", inputs: ["x"]) { [$0[0].leakyRelu(slope: slope)] }
    case "linear":
      return link(golden, "Dense", inputs: ["x", "w", "b"]) {
        [$0[0].dense($0[1], bias: $0.count > 2 ? $0[2] : nil)]
      }
    case "concat":
      return link(golden, "Concatenate", inputs: ["x1", "x2"]) { [concatenate($0, axis: 1)] }
    case "crop":
      let (offset, size) = (p.pair("offset"), p.pair("size"))
      return link(golden, "Slice", inputs: ["x"]) {
        [
          $0[0].cropped(
            top: offset.height, left: offset.width, height: size.height, width: size.width)
        ]
      }
    case "dropout":
      return link(golden, "Dropout", inputs: ["x", "mask"]) { [($0[0] * $0[1]).scaled(by: 2)] }
    case "lrn" where p.integer("size") % 2 == 1:  // even windows are refused
      let parameters = LRNParameters(
        size: p.integer("size"), alpha: p.number("alpha"), beta: p.number("beta"),
        k: p.number("k"))
      return link(golden, "ResponseNormalization", inputs: ["x"]) {
        [$0[0].responseNormalized(parameters)]
      }
    default: return nil
    }
  }

  static let lossCases: [OperationCase] = family("loss").map { golden in
    let p = golden.parameters
    if golden.name.hasPrefix("softmax_ce") {
      // Some cases state the losses, some only their sum.
      let isSum = golden.arrays["sum"] != nil
      return link(
        golden, "SoftmaxCrossEntropy", inputs: ["x", "classes", "weights"],
        outputs: [isSum ? "sum" : "y"], single: ["weights"]
      ) {
        let losses = $0[0].softmaxCrossEntropy(classes: $0[1], weights: $0[2])
        return [isSum ? losses.sum() : losses]
      }
    }
    if golden.name == "sigmoid_ce_multilabel" {
      return link(golden, "SigmoidCrossEntropy", inputs: ["x", "t", "m"]) {
        [$0[0].sigmoidCrossEntropy($0[1]) * $0[2]]
      }
    }
    if golden.name == "l2_half" {
      return link(golden, "SquaredError", inputs: ["x", "t"]) {
        [$0[0].squaredError($0[1]).scaled(by: 0.5)]
      }
    }
    let beta = p.number("beta")
    return link(golden, "SmoothL1", inputs: ["x", "t"]) { [$0[0].smoothL1($0[1], beta: beta)] }
  }
}
