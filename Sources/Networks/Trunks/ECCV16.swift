internal import Layers
internal import Tensors

extension TrunkConfiguration.Architecture {
  /// conv1 to conv7 of Zhang, Isola & Efros, ECCV 2016.
  public static let eccv16 = Self(.eccv16)
}

extension TrunkDescription {
  static let eccv16 = TrunkDescription(
    name: "eccv16", channels: 512, build: { $0.eccv16(&$1) },
    dense: { _ in
      .init(
        layers: .doubling(["conv8_1"], then: ["conv8_2", "conv8_3"], last: "conv8_313"), stride: 4)
    }, lastEarlyLayer: "norm5",
    // The release's first layer on lightness has a name of its own.
    caffeNames: { $0.inputChannels == 1 ? ["conv1_1": "bw_conv1_1"] : [:] },
    releasedName: { tensor in
      // In richzhang/colorization's eccv16.py, `conv3_2.weight` is `model3.2.weight` and
      // `norm3.weight` is `model3.6.weight`.
      let parts = tensor.split(separator: ".", maxSplits: 1).map(String.init)
      if parts[0].hasPrefix("norm") {
        let block = Int(parts[0].dropFirst(4))!
        return "model\(block).\(block <= 2 ? 4 : 6).\(parts[1])"
      }
      let numbers = parts[0].dropFirst(4).split(separator: "_").map { Int($0)! }
      return "model\(numbers[0]).\(2 * (numbers[1] - 1)).\(parts[1])"
    }, releasedHead: ["conv8_", "class8_", "model8.", "model_out."])
}

extension TrunkConfiguration {
  /// conv1_1 to norm7: pairs and triples of 3x3 convolutions, the last of blocks 1-3 with stride 2,
  /// blocks 5 and 6 dilated, batch normalization after the last ReLU of each block.
  ///
  /// - Source: richzhang/colorization, models/colorization_deploy_v2.prototxt.
  fileprivate func eccv16(_ builder: inout StackBuilder) {
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
