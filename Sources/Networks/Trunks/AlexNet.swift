internal import Layers
internal import Tensors

extension TrunkConfiguration.Architecture {
  /// The one-channel AlexNet of the paper's representation-learning experiments.
  public static let alexnet = Self(.alexNet)
}

extension TrunkDescription {
  static let alexNet = TrunkDescription(
    name: "alexnet", channels: 4096, build: { $0.alexNet(&$1) },
    smallestSide: { $0.form == .transfer ? 227 : 32 },
    dense: { _ in .init(layers: .pixelwise(upsampling: 2), stride: 8) },
    lastEarlyLayer: "pool5", regionLayer: { $1.before("pool5") }, denseLayersFollow: "pool5",
    strided: { $0.with(\.form, .transfer) },
    stridedWords: "padding off conv1 and the poolings, pool5 stride 2, fc6 without dilation",
    traits: [.forms], releasedHead: ["fc8"])
}

extension TrunkConfiguration {
  /// conv1 to fc7 as convolutions, with batch normalization between convolution and ReLU, no
  /// response normalization. Both forms hold the same weights.
  ///
  /// - Source: richzhang/colorization, train_alexnet/train_val.prototxt (pretraining form) and
  ///   feature_learning_tests (transfer form).
  fileprivate func alexNet(_ builder: inout StackBuilder) {
    let dense = form == .pretraining
    let channels = [96, 256, 384, 384, 256].map { scaled($0, multipleOf: 2) }
    func pool(_ name: String, stride: Pair = 2) {
      builder.add(
        name, MaxPooling(.init(window: 3, stride: stride, padding: dense ? 1 : 0, ceilMode: true)))
    }
    func layer(
      _ name: String, _ inputs: Int, _ outputs: Int, _ kernel: Pair, _ p: ConvolutionParameters
    ) {
      var p = p
      p.relu = true
      let norm = "norm\(name.filter(\.isNumber))"
      normalized(&builder, name, norm, inputs, outputs, kernel: kernel, p)
    }
    layer("conv1", inputChannels, channels[0], 11, .init(stride: 4, padding: dense ? 5 : 0))
    pool("pool1")
    layer("conv2", channels[0], channels[1], 5, .init(padding: 2, groups: 2))
    pool("pool2")
    layer("conv3", channels[1], channels[2], 3, .init(padding: 1))
    layer("conv4", channels[2], channels[3], 3, .init(padding: 1, groups: 2))
    layer("conv5", channels[3], channels[4], 3, .init(padding: 1, groups: 2))
    pool("pool5", stride: dense ? 1 : 2)
    let hidden = scaled(4096)
    layer(
      "fc6", channels[4], hidden, 6, dense ? .init(padding: 5, dilation: 2) : .init())
    layer("fc7", hidden, hidden, 1, .init())
  }
}
