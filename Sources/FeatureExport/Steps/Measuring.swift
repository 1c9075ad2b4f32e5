internal import Datasets
internal import Images
internal import Inputs
internal import Networks
internal import Runs
internal import Tensors

extension ExportDraft {
  /// Measures mean and deviation of every channel on `count` pictures of a dataset.
  mutating func measure(_ dataset: Dataset, count: Int) throws {
    let pictures = EvenSquares(dataset, count: count, side: preprocessing.size)
    let preprocessing = preprocessing
    var number = 0
    statistics = try ChannelStatistics(
      of: trunk,
      origin: .init(
        dataHash: dataset.contentSHA256, pictures: pictures.count, size: preprocessing.size)
    ) {
      guard number < pictures.count else { return nil }
      defer { number += 1 }
      return preprocessing.input(of: [try pictures[number]], on: .cpu)
    }
  }
}

extension ExportDraft {
  /// Counts dead channels on the split of a dataset that the run was judged by (`val` where that is
  /// not known); nil where there is no such split.
  func deadChannels(on dataset: Dataset) throws -> DeadChannels? {
    let split = RecordedRun(ofCheckpoint: source).validationSplit ?? "val"
    guard let records = try? dataset.indices(ofSplit: split) else { return nil }
    return try DeadChannels(
      of: trunk, configuration, preprocessing, on: records, in: dataset, size: preprocessing.size,
      threads: 2, device: .cpu)
  }
}

/// Centered squares of pictures spread evenly over a dataset, because many datasets are sorted.
struct EvenSquares {
  private let dataset: Dataset
  private let side: Int
  /// How many there are.
  let count: Int

  init(_ dataset: Dataset, count: Int, side: Int) {
    self.dataset = dataset
    self.side = side
    self.count = min(count, dataset.count)
  }

  /// The square of this number.
  subscript(number: Int) -> Picture {
    get throws {
      Augmentation(size: side).center(
        of: try dataset.picture(number * dataset.count / count, .whole))
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
