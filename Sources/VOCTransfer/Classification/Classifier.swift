internal import Configurations
internal import Datasets
internal import Images
internal import Inputs
internal import Layers
internal import Networks
internal import Processes
internal import Randomness
internal import Tensors
internal import Text
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

  /// The scores of each class for these pictures of a dataset, [pictures][classes]. The terminal
  /// shows how far it is under a `title`. Scores that are not finite are an error that names the
  /// picture.
  func scores(
    of network: Network, _ preprocessing: Preprocessing, for records: [Int],
    in dataset: Dataset, on device: Device, title: String?
  ) throws -> [[Double]] {
    var screen = title.map { ProgressReporter($0, total: records.count) }
    return try records.enumerated().map { place, record in
      try Signals.check()
      let scores = scores(
        of: network, preprocessing, for: try dataset.picture(record, .whole), on: device)
      guard scores.allSatisfy(\.isFinite) else {
        throw NonFiniteOutput(layer: "head", picture: dataset.ids[record])
      }
      screen?.update(place + 1, count: 1)
      return scores
    }
  }

  /// The score of each class for a picture: the mean over ten crops.
  private func scores(
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
