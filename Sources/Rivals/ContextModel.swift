public import Layers
internal import Networks
internal import Randomness
public import Tensors
public import Training

/// One trunk on both patches of a pair, and the layers that compare what it says of them.
///
/// - Shapes: input [2 m, c, h, w], the m patches in the middle and then their m neighbors; output
///   [m, 8, 1, 1].
/// - Source: Doersch et al. 2015, figure 3: shared layers up to fc6, then fc7 on both together.
public struct ContextModel: PretextModel, Layer {
  /// What is kept when the task is done.
  public var trunk: Stack
  /// fc6, the last layer of each patch alone.
  var patch: Stack
  /// fc7 to fc9, of both together.
  var pair: Stack

  /// `features` channels of `side` x `side` positions come out of the trunk. More than 4 x 4 are
  /// averaged first, so that fc6 stays affordable on trunks that keep more of them than AlexNet.
  init(
    trunk: Stack, features: Int, side: Int, hidden: Int, key: RandomKey, on device: Device
  ) {
    func layer(
      _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int = 1, relu: Bool = false
    ) -> Stack.Stage {
      .init(
        name,
        Convolution(
          inputs, outputs, kernel: Pair(kernel), .init(relu: relu), key: key.folding(name),
          on: device))
    }
    func norm(_ name: String) -> Stack.Stage {
      .init(name, BatchNormalization(hidden, relu: true, on: device))
    }
    let window = max(1, side / 4)
    let pool = Stack.Stage("pool", AveragePooling(.init(window: Pair(window))))
    self.trunk = trunk
    patch = Stack(
      (window > 1 ? [pool] : [])
        + [layer("fc6", features, hidden, kernel: side / window), norm("norm6")])
    pair = Stack([
      layer("fc7", 2 * hidden, hidden), norm("norm7"), layer("fc8", hidden, hidden, relu: true),
      layer("fc9", hidden, PatchPairs.neighbors.count),
    ])
  }

  /// A score for each neighbor.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    let features = trunk.forward(x, &pass)
    let each = patch.forward(features, &pass)
    let pairs = each.shape[0] / 2
    let half: Shape = each.shape.replacing(0, with: pairs)
    let both = concatenate([
      each.sliced(start: [0, 0, 0, 0], shape: half),
      each.sliced(start: [pairs, 0, 0, 0], shape: half),
    ])
    return pair.forward(both, &pass)
  }

  /// Visits the trunk's tensors under their own names and the others under `head`.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    trunk.visit(&visitor)
    visitor.part("head", &patch)
    visitor.part("head", &pair)
  }
}
