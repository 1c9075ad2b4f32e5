internal import Datasets
internal import Images
internal import Networks
internal import Tensors
internal import Training

extension ExportDraft {
  /// Measures mean and deviation of every channel on `count` pictures of a dataset.
  mutating func measure(_ dataset: Dataset, count: Int) throws {
    let count = min(count, dataset.count)
    let augmentation = Augmentation(size: preprocessing.size)
    let preprocessing = preprocessing
    var record = 0
    statistics = try ChannelStatistics(
      of: trunk,
      origin: .init(dataHash: dataset.contentSHA256, pictures: count, size: preprocessing.size)
    ) {
      guard record < count else { return nil }
      defer { record += 1 }
      // Spread evenly, because datasets are often sorted.
      let picture = try dataset.picture(
        record * dataset.count / count, atLeast: (preprocessing.size, preprocessing.size))
      return preprocessing.input(of: [augmentation.center(of: picture)], on: .cpu)
    }
  }
}

extension Augmentation {
  /// Centered squares of this size.
  init(size: Int) {
    self.init()
    self.size = size
  }
}
