internal import Tensors

extension OperationCases {
  /// Every golden case that an operation answers for.
  public static let golden =
    convolutions + transposedConvolutions + batchNorms + pools + pointwise + resizings
    + lossCases + regionCases

  /// A golden family; traps where its file is missing or refused, for nothing can be tested then.
  public static func family(_ name: String) -> [Golden.Case] {
    do { return try Golden(family: name).cases } catch { fatalError("\(error)") }
  }

  /// Links a golden case to an operation: the inputs of these names, in order, where present.
  static func link(
    _ golden: Golden.Case, _ operation: String, inputs names: [String], outputs: [String] = ["y"],
    single: Set<String> = [], slack: Double = 1,
    _ run: @escaping @Sendable ([Tensor]) -> [Tensor]
  ) -> OperationCase {
    let arrays = golden.arrays
    let inputs = names.filter { arrays[$0] != nil }.map { name in
      let input = OperationInput(arrays[name]!, isVariable: arrays["g" + name] != nil)
      return single.contains(name) ? input.single : input
    }
    var row = OperationCase(
      "golden \(operation) \(golden.name)", operation, isSmooth: false, inputs: inputs, run)
    row.golden = GoldenLink(
      weighting: arrays["gy"], outputs: outputs.map { arrays[$0]! },
      gradients: names.compactMap { arrays["g" + $0] }, slack: slack)
    return row
  }

  private static let convolutions = family("conv2d").map { golden in
    let p = golden.parameters
    let parameters = ConvolutionParameters(
      stride: p.pair("stride"), padding: p.pair("padding"), dilation: p.pair("dilation"),
      groups: p.integer("groups"))
    return link(golden, "Convolution", inputs: ["x", "w", "b"]) {
      [$0[0].convolution($0[1], bias: $0.count > 2 ? $0[2] : nil, parameters)]
    }
  }

  private static let transposedConvolutions = family("conv_transpose2d").map { golden in
    let p = golden.parameters
    let (stride, padding, extra) = (p.pair("stride"), p.pair("padding"), p.pair("output_padding"))
    let (dilation, groups) = (p.pair("dilation"), p.integer("groups"))
    return link(golden, "TransposedConvolution", inputs: ["x", "w", "b"]) {
      [
        $0[0].transposedConvolution(
          $0[1], bias: $0.count > 2 ? $0[2] : nil, stride: stride, padding: padding,
          outputPadding: extra, dilation: dilation, groups: groups)
      ]
    }
  }

  private static let batchNorms = family("batch_norm").map { golden in
    let epsilon = golden.parameters.number("eps")
    // Mean 100 with deviation 0.05, and a channel of variance 0: rounding errors are magnified.
    let slack: Double =
      switch golden.name {
      case "train_large_mean": 200
      case "train_constant_channel": 100
      default: 1
      }
    guard golden.parameters.flag("train") else {
      let names = ["x", "mean", "variance", "w", "b"]
      return link(
        golden, "BatchNormalization", inputs: names, single: ["mean", "variance", "w", "b"]
      ) {
        let affine = $0.count > 3
        return [
          $0[0].batchNormalized(
            mean: $0[1], variance: $0[2], scale: affine ? $0[3] : nil, shift: affine ? $0[4] : nil,
            epsilon: epsilon)
        ]
      }
    }
    return link(
      golden, "BatchNormalization", inputs: ["x", "w", "b"], outputs: ["y", "mean", "variance"],
      single: ["w", "b"], slack: slack
    ) {
      let affine = $0.count > 1
      let result = $0[0].batchNormalized(
        scale: affine ? $0[1] : nil, shift: affine ? $0[2] : nil, epsilon: epsilon)
      return [result.output, result.mean, result.variance]
    }
  }

  private static let pools = family("pool").filter { $0.arrays["x"] != nil }.map { golden in
    let p = golden.parameters
    if p.text("op") == "adaptive_avg" {
      return link(golden, "AveragePool", inputs: ["x"]) { [$0[0].globalAveragePool()] }
    }
    let isMax = p.text("op") == "max"
    let parameters = PoolingParameters(
      window: p.pair("kernel"), stride: p.pair("stride"), padding: p.pair("padding"),
      ceilMode: p.flag("ceil_mode"), countsPadding: isMax || p.flag("count_include_pad"))
    return link(golden, isMax ? "MaxPool" : "AveragePool", inputs: ["x"]) {
      [isMax ? $0[0].maxPool(parameters) : $0[0].averagePool(parameters)]
    }
  }

  private static let resizings = family("interpolate").map { golden in
    let p = golden.parameters
    let parameters = ResizeParameters(
      size: Pair(golden.arrays["y"]!.shape[2], golden.arrays["y"]!.shape[3]),
      corners: p.flag("align_corners") ? .aligned : .halfPixel,
      factor: p.has("scale_factor") ? p.number("scale_factor") : nil)
    return link(golden, "Resize", inputs: ["x"]) { [$0[0].resized(parameters)] }
  }

  private static let regionCases = family("roi").map { golden in
    let p = golden.parameters
    let isAlign = p.text("op") == "roi_align"
    let parameters = RoIParameters(
      size: p.pair("output"), scale: p.number("spatial_scale"),
      samples: isAlign ? max(p.integer("sampling_ratio"), 0) : 0,
      aligned: isAlign && p.flag("aligned"))
    return link(
      golden, isAlign ? "RoIAlign" : "RoIMaxPool", inputs: ["x", "rois"], single: ["rois"]
    ) {
      [isAlign ? $0[0].roiAlign($0[1], parameters) : $0[0].roiMaxPool($0[1], parameters)]
    }
  }
}
