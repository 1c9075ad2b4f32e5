internal import Layers
internal import Networks
internal import Tensors

extension ONNXBuilder {
  /// Adds the layers of a trunk, or of a block's branch; each output has its name after `prefix`.
  /// Gives the name of the last.
  @discardableResult
  mutating func add(_ stack: Stack, from input: String, under prefix: String = "") -> String {
    var last = input
    for stage in stack.stages {
      add(stage, under: prefix, from: last)
      last = prefix + stage.output
    }
    return last
  }

  private mutating func add(_ stage: Stack.Stage, under prefix: String, from input: String) {
    let (kind, name) = (stage.layer.kind, prefix + stage.name)
    let output = prefix + stage.output
    let linear = kind.isRectified ? stage.inner.map { prefix + $0 } ?? "\(name).linear" : output
    switch kind {
    case .convolution(let layer): add(layer, name, from: input, gives: linear)
    case .batchNormalization(let layer): add(layer, name, from: input, gives: linear)
    case .maxPooling(let layer):
      let p = layer.parameters
      node(
        "MaxPool", [input], gives: output,
        [
          .init("kernel_shape", p.window.both), .init("strides", p.stride.both),
          .init("pads", p.padding.both + p.padding.both), .init("ceil_mode", p.ceilMode ? 1 : 0),
        ])
    case .residual(let block):
      let branches = block.branches.map {
        add($0.stack, from: input, under: "\(name).\($0.prefix)")
      }
      node("Add", [branches[0], branches.count > 1 ? branches[1] : input], gives: linear)
    case .transposedConvolution, .dense, .responseNormalization, .relu, .averagePooling,
      .globalAveragePooling, .dropout, .upsampling:
      fatalError("ONNXBuilder: layer '\(name)' is a \(kind), which no trunk has")
    }
    if kind.isRectified { node("Relu", [linear], gives: output) }
  }

  private mutating func add(
    _ layer: Convolution, _ name: String, from input: String, gives output: String
  ) {
    let p = layer.parameters
    constant("\(name).weight", layer.weight.floats, shape: layer.weight.shape.sizes)
    if let bias = layer.bias { constant("\(name).bias", bias.floats, shape: bias.shape.sizes) }
    node(
      "Conv", [input, "\(name).weight"] + (layer.bias == nil ? [] : ["\(name).bias"]),
      gives: output,
      [
        .init("kernel_shape", [layer.weight.shape[2], layer.weight.shape[3]]),
        .init("strides", p.stride.both), .init("pads", p.padding.both + p.padding.both),
        .init("dilations", p.dilation.both), .init("group", p.groups),
      ])
  }

  private mutating func add(
    _ layer: BatchNormalization, _ name: String, from input: String, gives output: String
  ) {
    let count = layer.mean.shape[0]
    let ones = layer.scale?.floats ?? Array(repeating: 1, count: count)
    let zeros = layer.shift?.floats ?? Array(repeating: 0, count: count)
    let vectors = [
      ("scale", ones), ("shift", zeros), ("mean", layer.mean.floats),
      ("variance", layer.variance.floats),
    ]
    for (word, values) in vectors { constant("\(name).\(word)", values, shape: [count]) }
    node(
      "BatchNormalization", [input] + vectors.map { "\(name).\($0.0)" }, gives: output,
      // Where none is stated, onnx's reference evaluator takes a tenth of the input's statistics.
      [.init("epsilon", Float(layer.epsilon)), .init("momentum", Float(1))])
  }
}

extension Pair {
  /// Height and width.
  var both: [Int] { [height, width] }
}
