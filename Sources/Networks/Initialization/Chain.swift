internal import Layers
internal import Tensors

/// How scale travels through a stack.
struct Chain {
  /// Every layer in order.
  private let names: [String]
  /// The layers whose weights are rescaled, in order.
  let layers: [String]
  /// Those of them after the last batch normalization: what they are multiplied by reaches the
  /// output.
  let tail: [String]
  /// Those before each normalization, block by block.
  let blocks: [[String]]
  private let resets: Set<String>

  /// Finds the layers; one that is not homogeneous is an error.
  init(
    _ stack: Stack, where isRescaled: (String) -> Bool
  ) throws(InitializationError) {
    var (layers, tail, resets): ([String], [String], Set<String>) = ([], [], [])
    var blocks: [[String]] = []
    for stage in stack.stages {
      switch stage.layer {
      case is any LinearLayer:
        guard isRescaled(stage.name) else { continue }
        layers.append(stage.name)
        tail.append(stage.name)
      case is BatchNormalization:
        resets.insert(stage.name)
        if !tail.isEmpty { blocks.append(tail) }
        tail = []
      case is ReLU, is MaxPooling, is AveragePooling, is GlobalAveragePooling, is Dropout,
        is Upsampling:
        break
      default:
        throw InitializationError(
          layer: stage.name,
          problem: """
            is a \(type(of: stage.layer)), whose output does not grow in proportion to its input; \
            rescaling would change what the network computes
            """)
      }
    }
    guard !layers.isEmpty else {
      throw InitializationError(problem: "has no layer with weights to rescale")
    }
    (names, self.layers, self.tail, self.resets) = (stack.names, layers, tail, resets)
    self.blocks = blocks
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
    var factor = 1.0
    for name in names {
      if var layer = stack[name] as? any LinearLayer {
        let scale = scales[name] ?? 1
        factor *= scale
        layer.weight = layer.weight.scaled(by: scale)
        layer.bias = layer.bias?.scaled(by: factor)
        stack[name] = layer
      } else if var norm = stack[name] as? BatchNormalization {
        norm.mean = norm.mean.scaled(by: factor)
        // So that variance + epsilon grows by the square of the factor.
        let grown = norm.variance.scaled(
          by: factor * factor, plus: norm.epsilon * (factor * factor - 1))
        norm.variance = grown.relu()
        stack[name] = norm
        factor = 1
      }
    }
  }
}
