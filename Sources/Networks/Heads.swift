public import Layers
public import Randomness
public import Tensors

/// The heads that pretraining and transfer put on a trunk.
public enum Heads {
  /// The head that gives a trunk `outputs` numbers at each position, `trunk.denseStride` input
  /// pixels apart: conv8 of ECCV16, fc8 of the colorization AlexNet enlarged twofold, or two
  /// learned doublings on VGG-16.
  ///
  /// - Shapes: trunk features [n, c, h, w] to [n, outputs, h', w']. AlexNet's fc8 lies over every
  ///   16th input pixel, and its enlargement over every 8th exactly; the others have the learned
  ///   grid of their transposed convolutions.
  public static func dense(
    on trunk: TrunkConfiguration, outputs: Int, key: RandomKey, on device: Device
  ) -> Stack {
    switch trunk.architecture.trunk.dense(trunk).layers {
    case .doubling(let doublings, let convolutions, let last):
      doubling(
        doublings, convolutions, last, inputs: trunk.outputChannels, outputs: outputs,
        width: trunk.width, key: key, on: device)
    case .pixelwise(let factor):
      pixelwise(
        inputs: trunk.outputChannels, outputs: outputs, upsampling: factor, corners: .aligned,
        key: key, on: device)
    }
  }

  /// conv8 of ECCV16: a learned doubling of resolution, two convolutions, and one score per bin.
  ///
  /// - Shapes: trunk features [n, c, h, w] to [n, outputs, 2h, 2w].
  /// - Source: richzhang/colorization, models/colorization_deploy_v2.prototxt.
  public static func eccv16Color(
    inputs: Int, outputs: Int, width: Double, key: RandomKey, on device: Device
  ) -> Stack {
    doubling(
      ["conv8_1"], ["conv8_2", "conv8_3"], "conv8_313", inputs: inputs, outputs: outputs,
      width: width, key: key, on: device)
  }

  /// Learned doublings of resolution, 3x3 convolutions at the last resolution, and a 1x1 one.
  private static func doubling(
    _ doublings: [String], _ convolutions: [String], _ last: String, inputs: Int, outputs: Int,
    width: Double, key: RandomKey, on device: Device
  ) -> Stack {
    let hidden = max(1, Int((256 * width).rounded()))
    var builder = StackBuilder(initializer: .he, key: key, device: device)
    for (index, name) in doublings.enumerated() {
      builder.add(
        name,
        TransposedConvolution(
          index == 0 ? inputs : hidden, hidden, kernel: 4, stride: 2, padding: 1, relu: true,
          key: key.folding(name), on: device))
    }
    for (index, name) in convolutions.enumerated() {
      builder.convolution(
        name, doublings.isEmpty && index == 0 ? inputs : hidden, hidden, kernel: 3,
        .init(padding: 1, relu: true))
    }
    builder.convolution(last, hidden, outputs, kernel: 1, .init())
    return Stack(builder.stages)
  }

  /// One score per bin from each position, enlarged bilinearly by `upsampling`: fc8 of the
  /// colorization AlexNet.
  ///
  /// - Shapes: trunk features [n, c, h, w] to [n, outputs, upsampling h, upsampling w], or what
  ///   `Upsampling` makes of them with aligned corners.
  public static func pixelwise(
    inputs: Int, outputs: Int, upsampling: Int, corners: ResizeParameters.Corners = .halfPixel,
    key: RandomKey, on device: Device
  ) -> Stack {
    var builder = StackBuilder(initializer: .gaussian(deviation: 0.01), key: key, device: device)
    builder.convolution("fc8_color", inputs, outputs, kernel: 1, .init())
    if upsampling > 1 {
      builder.add("upsample", Upsampling(factor: upsampling, corners: corners))
    }
    return Stack(builder.stages)
  }

  /// The mean of each channel, dropout, and one logit per class.
  ///
  /// - Shapes: trunk features [n, c, h, w] to [n, classes].
  public static func classification(
    inputs: Int, classes: Int, dropout: Double, key: RandomKey, on device: Device
  ) -> Stack {
    var builder = StackBuilder(initializer: .gaussian(deviation: 0.01), key: key, device: device)
    builder.add("pool", GlobalAveragePooling())
    if dropout > 0 { builder.add("drop", Dropout(rate: dropout)) }
    builder.add(
      "classes",
      Dense(
        inputs, classes, initializer: .gaussian(deviation: 0.01), key: key.folding("classes"),
        on: device))
    return Stack(builder.stages)
  }
}
