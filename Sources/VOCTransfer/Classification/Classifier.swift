internal import Configurations
internal import Datasets
internal import Images
internal import Inputs
internal import Layers
internal import Networks
internal import Randomness
internal import Tensors
internal import Training

/// What the two classification tasks share: the network, its pass in training, and its scores.
extension ClassifierConfiguration {
  /// The features of a trunk, averaged, and a classifier.
  func network(
    on trunk: Stack, _ preprocessing: Preprocessing, classes: Int, key: RandomKey,
    on device: Device
  ) throws -> TransferNetwork<Network> {
    let features =
      try self.features.isEmpty
      ? trunk : trunk.through(trunk.layer(called: self.features, setting: "features"))
    let channels = features.callAsFunction(
      Tensor(filledWith: 0, shape: [1, preprocessing.channels.count, 64, 64], on: device)
    ).shape[1]
    let network = Network(
      trunk: features,
      head: Heads.classification(
        inputs: channels, classes: classes, dropout: dropout, key: key, on: device))
    return TransferNetwork(network, features: features, frozen: try frozenLayers(of: features))
  }

  /// The scores of a pass in training, in single precision.
  /// - Shapes: input [n, channels, size, size], result [n, classes].
  func logits(
    of network: inout Network, _ input: Tensor, frozen: [String], _ pass: inout Pass
  ) -> Tensor {
    let features = network.trunk.forward(
      input.converted(to: run.precision.dtype), &pass, frozen: frozen,
      freezingStatistics: tuning.freezesStatistics)
    return network.head.forward(features.inFullPrecision, &pass)
  }

  /// The score of each class for a picture: the mean over ten crops.
  func scores(
    of network: Network, _ preprocessing: Preprocessing, for picture: Picture, on device: Device
  ) -> [Double] {
    let crops = TenCrop.crops(of: picture, size: data.augmentation.size)
    let logits = network(preprocessing.input(of: crops, on: device)).doubles
    let classes = logits.count / crops.count
    return (0..<classes).map { c in
      stride(from: c, to: logits.count, by: classes).reduce(0) { $0 + logits[$1] }
        / Double(crops.count)
    }
  }
}
