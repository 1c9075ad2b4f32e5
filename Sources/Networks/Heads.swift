public import Layers
public import Randomness
public import Tensors

/// The heads that pretraining and transfer put on a trunk.
public enum Heads {
  /// conv8 of ECCV16: a learned doubling of resolution, two convolutions, and one score per bin.
  ///
  /// - Shapes: trunk features [n, c, h, w] to [n, outputs, 2h, 2w].
  /// - Source: richzhang/colorization, models/colorization_deploy_v2.prototxt.
  public static func eccv16Color(
    inputs: Int, outputs: Int, width: Double, key: RandomKey, on device: Device
  ) -> Stack {
    let hidden = max(1, Int((256 * width).rounded()))
    var builder = StackBuilder(initializer: .he, key: key, device: device)
    builder.add(
      "conv8_1",
      TransposedConvolution(
        inputs, hidden, kernel: 4, stride: 2, padding: 1, relu: true, key: key.folding("conv8_1"),
        on: device))
    for name in ["conv8_2", "conv8_3"] {
      builder.convolution(name, hidden, hidden, kernel: 3, .init(padding: 1, relu: true))
    }
    builder.convolution("conv8_313", hidden, outputs, kernel: 1, .init())
    return Stack(builder.stages)
  }

  /// One score per bin from each position, enlarged bilinearly by `upsampling`: fc8 of the
  /// colorization AlexNet.
  ///
  /// - Shapes: trunk features [n, c, h, w] to [n, outputs, upsampling h, upsampling w].
  public static func pixelwise(
    inputs: Int, outputs: Int, upsampling: Int, key: RandomKey, on device: Device
  ) -> Stack {
    var builder = StackBuilder(initializer: .gaussian(deviation: 0.01), key: key, device: device)
    builder.convolution("fc8_color", inputs, outputs, kernel: 1, .init())
    if upsampling > 1 { builder.add("upsample", Upsampling(factor: upsampling)) }
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
