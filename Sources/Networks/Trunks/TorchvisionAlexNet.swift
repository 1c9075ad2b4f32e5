internal import Layers
internal import Tensors

extension TrunkConfiguration.Architecture {
  /// The AlexNet of torchvision: conv1 to pool5 of Krizhevsky 2014 without groups.
  public static let torchvisionAlexNet = Self(.torchvisionAlexNet)
}

extension TrunkDescription {
  static let torchvisionAlexNet = TrunkDescription(
    name: "alexnet-torchvision", channels: 256, build: { $0.torchvisionAlexNet(&$1) },
    smallestSide: { $0.form == .transfer ? 63 : 32 },
    dense: { _ in .init(layers: .pixelwise(upsampling: 2), stride: 8) },
    lastEarlyLayer: "pool2", regionLayer: { $1.before("pool5") },
    strided: { $0.with(\.form, .transfer) },
    stridedWords: "less padding of conv1, none of the poolings, pool5 stride 2",
    traits: [.forms],
    torchvision: {
      $0.batchNormalization
        ? nil
        : .init(
          prefix: "features.", isNumbered: true,
          classifier: [
            ("classifier.1", 4096, 9216), ("classifier.4", 4096, 4096),
            ("classifier.6", 1000, 4096),
          ], classifierNoise: .uniform)
    })
}

extension TrunkConfiguration {
  /// conv1 to pool5 with 64, 192, 384, 256 and 256 channels and neither groups nor response
  /// normalization; in the pretraining form borders are padded as in `alexnet`, with the same
  /// weights.
  ///
  /// - Source: Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014;
  ///   torchvision's alexnet.py.
  fileprivate func torchvisionAlexNet(_ builder: inout StackBuilder) {
    let dense = form == .pretraining
    var inputs = inputChannels
    func layer(_ number: Int, _ channels: Int, _ kernel: Pair, _ p: ConvolutionParameters) {
      var p = p
      p.relu = true
      normalized(
        &builder, "conv\(number)", "norm\(number)", inputs, scaled(channels), kernel: kernel, p)
      inputs = scaled(channels)
    }
    func pool(_ number: Int, stride: Pair = 2) {
      builder.add(
        "pool\(number)",
        MaxPooling(.init(window: 3, stride: stride, padding: dense ? 1 : 0, ceilMode: dense)))
    }
    layer(1, 64, 11, .init(stride: 4, padding: dense ? 5 : 2))
    pool(1)
    layer(2, 192, 5, .init(padding: 2))
    pool(2)
    layer(3, 384, 3, .init(padding: 1))
    layer(4, 256, 3, .init(padding: 1))
    layer(5, 256, 3, .init(padding: 1))
    pool(5, stride: dense ? 1 : 2)
  }
}
