public import Layers
internal import Networks
internal import Randomness
public import Tensors
public import Training

/// A trunk, a decoder that fills the holes, and on demand a discriminator that tells filled
/// pictures from true ones.
public struct InpaintingModel: PretextModel, Layer {
  /// What is kept when the task is done.
  public var trunk: Stack
  /// What fills the holes.
  var decoder: Stack
  /// What judges the result; nil without the adversarial term.
  var discriminator: Stack?

  /// Where the discriminator's tensors stand.
  static let discriminatorPrefix = "head.discriminator."

  /// The picture, in blocks.
  ///
  /// - Shapes: [n, c, size, size] to [n, depth, rows, rows].
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    let features = trunk.forward(x, &pass)
    return decoder.forward(features, &pass)
  }

  /// Visits the trunk's tensors under their own names and the others under `head`.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    trunk.visit(&visitor)
    visitor.part("head", &decoder)
    visitor.path.append("head")
    if var found = discriminator {
      discriminator = nil  // so that the visitor sees the only reference and may work in place
      visitor.part("discriminator", &found)
      discriminator = found
    }
    visitor.path.removeLast()
  }

  /// One logit for each picture in blocks: true, or filled in.
  ///
  /// A convolution over blocks is one over pixels whose step is a block's side, so this is the
  /// discriminator of DCGAN that begins two halvings later (with blocks of 4): halvings with twice
  /// the channels each, batch normalization after all but the first, leaky ReLUs of slope 0.2.
  /// - Shapes: [n, depth, rows, rows] to [n, 1].
  /// - Source: Radford et al., ICLR 2016; pathak22/context-encoder, train.lua.
  static func discriminator(
    _ blocks: PixelBlocks, width: Double, key: RandomKey, on device: Device
  ) -> Stack {
    let noise = Initializer.gaussian(deviation: 0.02)
    var stages: [Stack.Stage] = []
    var inputs = blocks.depth
    for (index, (channels, kernel)) in [(128, 3), (256, 4), (512, 4)].enumerated() {
      let (number, outputs) = (index + 1, max(1, Int((Double(channels) * width).rounded())))
      let name = "conv\(number)"
      stages.append(
        .init(
          name,
          Convolution(
            inputs, outputs, kernel: Pair(kernel), .init(stride: index == 0 ? 1 : 2, padding: 1),
            initializer: noise, key: key.folding(name), on: device)))
      if index > 0 {
        stages.append(
          .init("norm\(number)", BatchNormalization(outputs, affine: true, on: device)))
      }
      stages.append(.init("relu\(number)", ReLU(slope: 0.2)))
      inputs = outputs
    }
    stages.append(.init("pool", GlobalAveragePooling()))
    stages.append(
      .init(
        "real", Dense(inputs, 1, initializer: noise, key: key.folding("real"), on: device)))
    return Stack(stages)
  }
}

/// The two adversarial losses of one pass, each of which moves one side alone.
///
/// Both sides step at once, each by the gradient of its own loss at the same weights, as in BiGAN
/// (Donahue et al., ICLR 2017), instead of in turn: the discriminator sees the filled pictures as
/// constants, and the decoder is judged by a discriminator whose weights are constants. So one
/// loss, their sum, gives each parameter the gradient of its own side, and the one loop with one
/// Adam, whose moments are each parameter's own anyway, is an optimizer for each side.
struct AdversarialTerms {
  /// What the decoder wants: that filled pictures pass for true. By the logarithm that does not
  /// saturate (Goodfellow et al. 2014).
  let generator: Tensor
  /// What the discriminator wants: to tell them apart.
  let discriminator: Tensor

  /// - Shapes: `filled` and `real` [n, depth, rows, rows]; both losses [].
  init(_ judge: inout Stack, filled: Tensor, real: Tensor, _ pass: inout Pass) {
    func loss(_ stack: inout Stack, _ pictures: Tensor, _ answer: Double) -> Tensor {
      let logits = stack.forward(pictures, &pass)
      return logits.sigmoidCrossEntropy(
        Tensor(filledWith: answer, shape: logits.shape, dtype: logits.dtype, on: logits.device)
      ).mean()
    }
    var frozen = judge
    frozen.transform { $0.tensor.detached }
    generator = loss(&frozen, filled, 1)
    discriminator = loss(&judge, real, 1) + loss(&judge, filled.detached, 0)
  }
}
