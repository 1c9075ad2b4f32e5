internal import Configurations
internal import Layers
internal import Randomness
internal import Tensors

/// How some layers are drawn, as a Caffe prototxt says it: `weight_filler { type: "gaussian" }` and
/// a constant `bias_filler`.
public struct Filler: Codable, Hashable, Sendable {
  /// The layers, those of the head with their part, such as `fc6` or `head.conv8_313`.
  public var layers: [String]
  /// The standard deviation of the weights; 0 fills with zeros.
  public var deviation: Double
  /// The value of the biases.
  public var bias: Double

  /// A filler of layers.
  public init(layers: [String], deviation: Double, bias: Double) {
    (self.layers, self.deviation, self.bias) = (layers, deviation, bias)
  }

  /// Draws the weights and sets the biases of the layers; an unknown one is an error.
  func fill(_ model: inout some Parameterized, key: RandomKey) throws {
    var unknown = Set(layers)
    model.transform { tensor in
      guard let layer = layers.first(where: { tensor.name.hasPrefix($0 + ".") }) else {
        return tensor.tensor
      }
      unknown.remove(layer)
      let initializer: Initializer
      switch tensor.role {
      case .weight: initializer = .gaussian(deviation: deviation)
      case .bias: initializer = .constant(bias)
      case .scale, .shift, .statistic: return tensor.tensor
      }
      return initializer.tensor(
        shape: tensor.tensor.shape, key: key.folding(tensor.name), on: tensor.tensor.device)
    }
    guard unknown.isEmpty else {
      throw ConfigurationError(
        place: "initialization.fillers",
        problem: "there is no layer '\(unknown.sorted().joined(separator: "', '"))' to fill; there "
          + "are \(model.tensors.map(\.name).parts.joined(separator: ", "))")
    }
  }
}
