internal import Layers
internal import Networks
internal import Randomness
internal import Tensors

/// The layers between features and what a loss compares, which are thrown away with the loss.
enum Projector {
  /// Layers of `hidden` channels, each with normalization and a rectifier, and a last one of
  /// `outputs` channels; on the features' means.
  ///
  /// - Shapes: [n, inputs, 1, 1] to [n, outputs, 1, 1].
  static func build(
    _ inputs: Int, hidden: [Int], outputs: Int, key: RandomKey, on device: Device
  ) -> Stack {
    func layer(_ number: Int, _ inputs: Int, _ outputs: Int) -> Stack.Stage {
      let name = "fc\(number)"
      return .init(
        name, Convolution(inputs, outputs, kernel: 1, .init(), key: key.folding(name), on: device))
    }
    var stages: [Stack.Stage] = []
    var width = inputs
    for (index, count) in hidden.enumerated() {
      stages.append(layer(index + 1, width, count))
      stages.append(
        .init(
          "norm\(index + 1)", BatchNormalization(count, affine: true, relu: true, on: device)))
      width = count
    }
    return Stack(stages + [layer(hidden.count + 1, width, outputs)])
  }
}
