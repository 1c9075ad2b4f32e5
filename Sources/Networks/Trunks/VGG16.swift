internal import Layers
internal import Tensors

extension TrunkConfiguration.Architecture {
  /// VGG-16 (Simonyan & Zisserman 2015), conv1_1 to pool5.
  public static let vgg16 = Self(.vgg16)
}

extension TrunkDescription {
  static let vgg16 = TrunkDescription(
    name: "vgg16", channels: 512, build: { $0.vgg16(&$1) },
    dense: { _ in
      .init(
        layers: .doubling(
          ["conv6_1", "conv7_1"], then: ["conv7_2", "conv7_3"], last: "conv7_color"),
        stride: 8)
    }, lastEarlyLayer: "pool4", regionLayer: { $1.before("pool5") },
    torchvision: { _ in
      .init(
        prefix: "features.", isNumbered: true,
        classifier: [
          ("classifier.0", 4096, 25088), ("classifier.3", 4096, 4096), ("classifier.6", 1000, 4096),
        ], classifierNoise: .normal)
    })
}

extension TrunkConfiguration {
  /// conv1_1 to pool5: thirteen 3x3 convolutions in five blocks, each followed by a 2x2 pooling.
  ///
  /// - Source: Simonyan & Zisserman 2015, configuration D; with batch normalization as
  ///   torchvision's vgg16_bn, between convolution and ReLU.
  fileprivate func vgg16(_ builder: inout StackBuilder) {
    var inputs = inputChannels
    for (index, (channels, count)) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)].enumerated()
    {
      let outputs = scaled(channels)
      for number in 1...count {
        let name = "\(index + 1)_\(number)"
        normalized(
          &builder, "conv\(name)", "norm\(name)", inputs, outputs, kernel: 3,
          .init(padding: 1, relu: true))
        inputs = outputs
      }
      builder.add("pool\(index + 1)", MaxPooling(.init(window: 2)))
    }
  }
}
