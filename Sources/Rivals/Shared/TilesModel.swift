public import Layers
internal import Networks
internal import Randomness
public import Tensors
public import Training

/// One trunk on several tiles of a picture, and the layers that compare what it says of them:
/// context prediction's pairs, and jigsaw's puzzles.
///
/// - Shapes: input [tiles m, c, h, w], the first tiles of all m puzzles, then the second ones, …;
///   output [m, classes, 1, 1].
/// - Source: Doersch et al. 2015, figure 3: shared layers up to fc6, then fc7 on all together.
public struct TilesModel: PretextModel, Layer {
  /// What is kept when the task is done.
  public var trunk: Stack
  /// fc6, the last layer of each tile alone.
  var each: Stack
  /// fc7 to fc9, of all together.
  var all: Stack
  private let tiles: Int

  /// `features` channels of `side` x `side` positions come out of the trunk, of which fc6 makes
  /// `width` numbers. More than 4 x 4 are averaged first, so that fc6 stays affordable on trunks
  /// that keep more of them than AlexNet.
  init(
    trunk: Stack, tiles: Int, features: Int, side: Int, each width: Int, hidden: Int, classes: Int,
    key: RandomKey, on device: Device
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
    func norm(_ name: String, _ channels: Int) -> Stack.Stage {
      .init(name, BatchNormalization(channels, relu: true, on: device))
    }
    let window = max(1, side / 4)
    let pool = Stack.Stage("pool", AveragePooling(.init(window: Pair(window))))
    (self.trunk, self.tiles) = (trunk, tiles)
    each = Stack(
      (window > 1 ? [pool] : [])
        + [layer("fc6", features, width, kernel: side / window), norm("norm6", width)])
    all = Stack([
      layer("fc7", tiles * width, hidden), norm("norm7", hidden),
      layer("fc8", hidden, hidden, relu: true), layer("fc9", hidden, classes),
    ])
  }

  /// A score for each class.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    let features = trunk.forward(x, &pass)
    let single = each.forward(features, &pass)
    let puzzles = single.shape[0] / tiles
    let part: Shape = single.shape.replacing(0, with: puzzles)
    let together = concatenate(
      (0..<tiles).map { single.sliced(start: [$0 * puzzles, 0, 0, 0], shape: part) })
    return all.forward(together, &pass)
  }

  /// Visits the trunk's tensors under their own names and the others under `head`.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    trunk.visit(&visitor)
    visitor.part("head", &each)
    visitor.part("head", &all)
  }
}
