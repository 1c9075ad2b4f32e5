internal import Layers
internal import Tensors

extension TrunkConfiguration.Architecture {
  /// ResNet-18 (He, Zhang, Ren & Sun 2016), conv1 to layer4.
  public static let resnet18 = Self(.resnet18)
  /// ResNet-34.
  public static let resnet34 = Self(.resnet34)
  /// ResNet-50: blocks of 1x1, 3x3 and 1x1 convolutions.
  public static let resnet50 = Self(.resnet50)
}

extension TrunkDescription {
  static let resnet18 = resNet("resnet18", [2, 2, 2, 2])
  static let resnet34 = resNet("resnet34", [3, 4, 6, 3])
  static let resnet50 = resNet("resnet50", [3, 4, 6, 3], expansion: 4)

  private static func resNet(
    _ name: String, _ blocks: [Int], expansion: Int = 1
  ) -> TrunkDescription {
    let early = "layer3.\(blocks[2] - 1)"
    return TrunkDescription(
      name: name, channels: 512 * expansion, build: { $0.resNet(&$1, blocks, expansion) },
      dense: { .doubling(from: ($0.stem == .imagenet ? 32 : 8) >> $0.dilatedStages) },
      lastEarlyLayer: early,
      // Regions are pooled at a stride of 16, as by VGG-16 and AlexNet, where pictures are large.
      regionLayer: { $0.stem == .imagenet && $0.dilatedStages == 0 ? early : $1.last! },
      strided: { $0.with(\.dilatedStages, 0) },
      stridedWords: "strides in the place of dilation in the last stages", traits: [.stages],
      torchvision: {
        $0.batchNormalization && $0.stem == .imagenet
          ? .init(classifier: [("fc", 1000, 512 * expansion)], classifierNoise: .uniform) : nil
      })
  }
}

extension TrunkConfiguration {
  /// conv1 to layer4: a stem, and four stages of residual blocks of two 3x3 convolutions, or of a
  /// 1x1, a 3x3 and a 1x1 one where the last is `expansion` times wider. Names are torchvision's.
  ///
  /// - Source: He, Zhang, Ren & Sun, "Deep residual learning for image recognition", CVPR 2016;
  ///   strides (in the 3x3 convolutions) and dilation as torchvision's resnet.py.
  fileprivate func resNet(_ builder: inout StackBuilder, _ blocks: [Int], _ expansion: Int) {
    let isLarge = stem == .imagenet
    unit(
      &builder, "1", inputChannels, scaled(64), kernel: isLarge ? 7 : 3, stride: isLarge ? 2 : 1,
      rectifier: "relu")
    if isLarge { builder.add("maxpool", MaxPooling(.init(window: 3, stride: 2, padding: 1))) }
    var (inputs, dilation) = (scaled(64), 1)
    for (stage, count) in blocks.enumerated() {
      let (width, outputs) = (scaled(64 << stage), scaled((64 << stage) * expansion))
      for number in 0..<count {
        let steps = stage > 0 && number == 0
        let isDilated = steps && stage >= blocks.count - dilatedStages
        let stride = steps && !isDilated ? 2 : 1
        // What dilation does in the place of a stride begins with the layer after it.
        let before = dilation
        if isDilated { dilation *= 2 }
        builder.addBlock("layer\(stage + 1).\(number)") { main, projection in
          if expansion == 1 {
            unit(&main, "1", inputs, width, kernel: 3, stride: stride, dilation: before)
            unit(&main, "2", width, outputs, kernel: 3, dilation: dilation, relu: false)
          } else {
            unit(&main, "1", inputs, width, kernel: 1)
            unit(&main, "2", width, width, kernel: 3, stride: stride, dilation: before)
            unit(&main, "3", width, outputs, kernel: 1, relu: false)
          }
          guard steps || (number == 0 && expansion > 1) else { return }
          normalized(
            &projection, "0", "1", inputs, outputs, kernel: 1, .init(stride: Pair(stride)),
            bias: false)
        }
        inputs = outputs
      }
    }
  }

  private func unit(
    _ builder: inout StackBuilder, _ number: String, _ inputs: Int, _ outputs: Int, kernel: Int,
    stride: Int = 1, dilation: Int = 1, relu: Bool = true, rectifier: String? = nil
  ) {
    normalized(
      &builder, "conv\(number)", "bn\(number)", inputs, outputs, kernel: Pair(kernel),
      .init(
        stride: Pair(stride), padding: Pair(dilation * (kernel / 2)), dilation: Pair(dilation),
        relu: relu), bias: false, rectifier: rectifier)
  }
}
