public import Datasets
public import Images
internal import Randomness

/// The pictures of a run: an open dataset, what to learn from, and what to judge by.
public struct PretrainingSource: Sendable {
  /// The dataset.
  public let dataset: Dataset
  /// Records to learn from.
  public let train: [Int]
  /// Records to judge by.
  public let validation: [Int]
  /// The window each sample is cut from.
  public let augmentation: Augmentation

  /// Opens the dataset; a missing split or an empty one is an error. So is a picture to learn from
  /// that is also judged by, unless `duplicates` says else; `probed` are labelled pictures, perhaps
  /// of another dataset, that results are reported on.
  public init(
    _ settings: PretrainingData, probed: (dataset: Dataset, records: [Int])? = nil
  ) throws {
    dataset = try Dataset(opening: settings.path, needing: .pictures)
    let all = try dataset.indices(ofSplit: settings.split)
    validation = Array(
      try dataset.indices(ofSplit: settings.validationSplit).prefix(settings.validationPictures))
    augmentation = settings.augmentation
    let shared = try Self.shared(all, validation, probed, in: dataset, settings)
    train = shared.isEmpty ? all : all.filter { !shared.contains($0) }
    guard !train.isEmpty else {
      throw DatasetError(
        file: settings.path, problem: "split '\(settings.split)' is empty",
        remedy: "choose another data.split")
    }
  }

  /// The records to learn from that are also judged by.
  private static func shared(
    _ train: [Int], _ validation: [Int], _ probed: (dataset: Dataset, records: [Int])?,
    in dataset: Dataset, _ settings: PretrainingData
  ) throws -> Set<Int> {
    guard settings.duplicates != .keep else { return [] }
    var pairs = try dataset.shared(train, with: validation).map {
      ($0.record, "'\(dataset.ids[$0.other])' of split '\(settings.validationSplit)'")
    }
    if let probed {
      let isSame = probed.dataset.contentSHA256 == dataset.contentSHA256
      pairs += try dataset.shared(
        train, with: probed.records, of: isSame ? nil : probed.dataset
      ).map { ($0.record, "'\(probed.dataset.ids[$0.other])' of \(probed.dataset.path)") }
    }
    guard settings.duplicates == .refuse, let first = pairs.first else {
      return Set(pairs.map(\.0))
    }
    throw DatasetError(
      file: settings.path, record: "split '\(settings.split)'",
      problem: "\(Set(pairs.map(\.0)).count) of its pictures are judged by as well, byte for byte: "
        + "'\(dataset.ids[first.0])' is \(first.1)",
      remedy: "leave them out (data.duplicates=drop), or learn from them all the same (keep)")
  }

  /// The centered crop of a record, decoded whole.
  public func center(of record: Int) throws -> Picture {
    augmentation.center(of: try dataset.picture(record, .whole))
  }

  /// What a task is given of a record that is judged by, decoded whole.
  func heldOut(_ record: Int, _ window: SampleWindow) throws -> Picture {
    switch window {
    case .augmented: try center(of: record)
    case .whole: try dataset.picture(record, .whole)
    }
  }

  /// What a task is given of a sample of the stream, of a JPEG perhaps decoded smaller.
  func crop(_ sample: SampleStream.Sample, _ window: SampleWindow) throws -> PretextSample {
    switch window {
    case .augmented:
      let picture = try dataset.picture(sample.record, augmentation.decodingSize)
      return PretextSample(
        crop: augmentation.sample(from: picture, key: sample.key), key: sample.key)
    case .whole(let size):
      return PretextSample(crop: try dataset.picture(sample.record, size), key: sample.key)
    }
  }
}
