internal import Layers
internal import Tensors

extension TrunkConfiguration {
  /// conv1_1 to norm7: pairs and triples of 3x3 convolutions, the last of blocks 1-3 with stride 2,
  /// blocks 5 and 6 dilated, batch normalization after the last ReLU of each block.
  ///
  /// - Source: richzhang/colorization, models/colorization_deploy_v2.prototxt.
  func eccv16(_ builder: inout StackBuilder) {
    let blocks: [(channels: Int, count: Int, stride: Int, dilation: Int)] = [
      (64, 2, 2, 1), (128, 2, 2, 1), (256, 3, 2, 1), (512, 3, 1, 1), (512, 3, 1, 2),
      (512, 3, 1, 2), (512, 3, 1, 1),
    ]
    var inputs = inputChannels
    for (index, block) in blocks.enumerated() {
      let outputs = scaled(block.channels)
      for number in 1...block.count {
        builder.convolution(
          "conv\(index + 1)_\(number)", inputs, outputs, kernel: 3,
          .init(
            stride: Pair(number == block.count ? block.stride : 1), padding: Pair(block.dilation),
            dilation: Pair(block.dilation), relu: true))
        inputs = outputs
      }
      builder.add("norm\(index + 1)", normalization(outputs, relu: false, on: builder.device))
    }
  }
}
