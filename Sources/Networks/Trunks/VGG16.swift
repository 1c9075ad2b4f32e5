internal import Layers
internal import Tensors

extension TrunkConfiguration {
  /// conv1_1 to pool5: thirteen 3x3 convolutions in five blocks, each followed by a 2x2 pooling.
  ///
  /// - Source: Simonyan & Zisserman 2015, configuration D; with batch normalization as
  ///   torchvision's vgg16_bn, between convolution and ReLU.
  func vgg16(_ builder: inout StackBuilder) {
    var inputs = inputChannels
    for (index, (channels, count)) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)].enumerated()
    {
      let outputs = scaled(channels)
      for number in 1...count {
        let name = "\(index + 1)_\(number)"
        builder.convolution(
          "conv\(name)", inputs, outputs, kernel: 3,
          .init(padding: 1, relu: !batchNormalization))
        if batchNormalization {
          builder.add("norm\(name)", normalization(outputs, relu: true, on: builder.device))
        }
        inputs = outputs
      }
      builder.add("pool\(index + 1)", MaxPooling(.init(window: 2)))
    }
  }
}
