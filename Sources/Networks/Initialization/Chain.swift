internal import Layers
internal import Tensors

/// How scale travels through a stack.
///
/// Layers inside of blocks go by their full names. A block adds what two branches give, so both
/// must have one scale: it must begin after a normalization, and each branch must end with one.
struct Chain {
  /// Every layer of the stack in order.
  private let names: [String]
  /// The layers whose weights are rescaled, in order.
  private(set) var layers: [String] = []
  /// Those of them after the last batch normalization: what they are multiplied by reaches the
  /// output.
  private(set) var tail: [String] = []
  /// Those before each normalization, block by block.
  private(set) var blocks: [[String]] = []
  private var resets: Set<String> = []

  /// Finds the layers; one that is not homogeneous is an error.
  init(
    _ stack: Stack, where isRescaled: (String) -> Bool
  ) throws(InitializationError) {
    names = stack.layerNames
    try add(stack, under: "", where: isRescaled)
    guard !layers.isEmpty else {
      throw InitializationError(problem: "has no layer with weights to rescale")
    }
  }

  private mutating func add(
    _ stack: Stack, under prefix: String, where isRescaled: (String) -> Bool
  ) throws(InitializationError) {
    for stage in stack.stages {
      let name = prefix + stage.name
      switch stage.layer.kind {
      case .convolution, .transposedConvolution, .dense:
        guard isRescaled(name) else { continue }
        layers.append(name)
        tail.append(name)
      case .batchNormalization:
        resets.insert(name)
        if !tail.isEmpty { blocks.append(tail) }
        tail = []
      case .relu, .maxPooling, .averagePooling, .globalAveragePooling, .dropout, .upsampling:
        break
      case .residual(let block):
        try requireReset(name, "begins")
        for branch in block.branches {
          try add(branch.stack, under: "\(name).\(branch.prefix)", where: isRescaled)
          try requireReset(name, "ends")
        }
      case .responseNormalization(let layer):
        throw InitializationError(
          layer: name,
          problem: """
            is a \(type(of: layer)), whose output does not grow in proportion to its input; \
            rescaling would change what the network computes
            """)
      }
    }
  }

  private func requireReset(_ block: String, _ place: String) throws(InitializationError) {
    guard !tail.isEmpty else { return }
    throw InitializationError(
      layer: block,
      problem: """
        \(place) without batch normalization, and adds two branches that would need one scale; \
        layers of such a network cannot be balanced
        """)
  }

  /// What each layer's output is multiplied by when weights are multiplied by `scales`.
  func outputFactors(_ scales: [String: Double]) -> [String: Double] {
    var (factor, result) = (1.0, [String: Double]())
    for name in names {
      factor = resets.contains(name) ? 1 : factor * (scales[name] ?? 1)
      result[name] = factor
    }
    return result
  }

  /// Multiplies weights; biases and running statistics follow the scale of what they meet.
  func multiply(_ stack: inout Stack, by scales: [String: Double]) {
    multiply(&stack, under: "", by: scales)
  }

  private func multiply(
    _ stack: inout Stack, under prefix: String, by scales: [String: Double]
  ) {
    var factor = 1.0
    for name in stack.layerNames {
      let layer = stack[name]
      switch layer.kind {
      case .convolution, .transposedConvolution, .dense:
        var linear = layer.kind.linear!
        let scale = scales[prefix + name] ?? 1
        factor *= scale
        linear.weight = linear.weight.scaled(by: scale)
        linear.bias = linear.bias?.scaled(by: factor)
        stack[name] = linear
      case .batchNormalization(var norm):
        norm.mean = norm.mean.scaled(by: factor)
        // So that variance + epsilon grows by the square of the factor.
        let grown = norm.variance.scaled(
          by: factor * factor, plus: norm.epsilon * (factor * factor - 1))
        norm.variance = grown.relu()
        stack[name] = norm
        factor = 1
      case .residual(var block):
        multiply(&block.main, under: "\(prefix)\(name).", by: scales)
        if var projection = block.projection {
          let prefix = "\(prefix)\(name).\(ResidualBlock.projectionName)."
          multiply(&projection, under: prefix, by: scales)
          block.projection = projection
        }
        stack[name] = block
      case .relu, .maxPooling, .averagePooling, .globalAveragePooling, .dropout, .upsampling,
        .responseNormalization:
        break
      }
    }
  }
}
