internal import Layers
internal import Tensors

extension TrunkConfiguration.Architecture {
  /// VGG-11 (Simonyan & Zisserman 2015, configuration A), conv1_1 to pool5.
  public static let vgg11 = Self(.vgg11)
  /// VGG-13 (configuration B).
  public static let vgg13 = Self(.vgg13)
  /// VGG-16 (configuration D).
  public static let vgg16 = Self(.vgg16)
  /// VGG-19 (configuration E).
  public static let vgg19 = Self(.vgg19)
}

extension TrunkDescription {
  static let vgg11 = vgg("vgg11", [1, 1, 2, 2, 2])
  static let vgg13 = vgg("vgg13", [2, 2, 2, 2, 2])
  static let vgg16 = vgg("vgg16", [2, 2, 3, 3, 3])
  static let vgg19 = vgg("vgg19", [2, 2, 4, 4, 4])

  private static func vgg(_ name: String, _ blocks: [Int]) -> TrunkDescription {
    TrunkDescription(
      name: name, channels: 512, build: { $0.vgg(&$1, blocks) },
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
            ("classifier.0", 4096, 25088), ("classifier.3", 4096, 4096),
            ("classifier.6", 1000, 4096),
          ], classifierNoise: .normal)
      })
  }
}

extension TrunkConfiguration {
  /// conv1_1 to pool5: 3x3 convolutions in five blocks, each followed by a 2x2 pooling.
  ///
  /// - Source: Simonyan & Zisserman 2015, table 1; with batch normalization as torchvision's
  ///   vgg16_bn, between convolution and ReLU.
  fileprivate func vgg(_ builder: inout StackBuilder, _ blocks: [Int]) {
    var inputs = inputChannels
    for (index, (channels, count)) in zip([64, 128, 256, 512, 512], blocks).enumerated() {
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
