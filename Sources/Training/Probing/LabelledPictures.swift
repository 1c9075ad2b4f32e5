internal import Configurations
public import Datasets
internal import Inputs
public import Probes
public import Randomness

/// Where pictures with labels come from, and how many of them are used.
public struct LabelledData: Codable, Hashable, Sendable {
  /// The dataset (HDF5) with multi-label or single-label annotations.
  public var path: String = ""
  /// The split to learn from.
  public var trainSplit: String = "trainval"
  /// The split to report on.
  public var testSplit: String = "test"
  /// Learn from this many pictures only, the first of a keyed permutation; 0 takes all.
  public var trainPictures: Int = 0
  /// Learn from this share of the training pictures only (`TrainingSubset`).
  public var trainFraction: Double = 1
  /// Report on this many pictures only, the first of a keyed permutation; 0 takes all.
  public var testPictures: Int = 0
  /// Threads that read and prepare pictures; the result does not depend on it.
  public var loaderThreads: Int = 2

  /// The defaults.
  public init() {}
}

/// Pictures that frozen features are judged by, and what is known of them.
public struct LabelledPictures {
  /// The dataset.
  public let dataset: Dataset
  /// Records to learn from, and records to report on.
  public let train, test: [Int]
  /// Whether each picture has one class.
  public let isSingle: Bool

  /// Opens the data; every problem is found here, and an error without a path names `setting`.
  public init(
    _ settings: LabelledData, key: RandomKey, setting: String = "data"
  ) throws {
    guard !settings.path.isEmpty else {
      throw ConfigurationError(
        place: "\(setting).path", problem: "names no dataset; pigment data build makes one")
    }
    dataset = try Dataset(opening: settings.path)
    guard dataset.presence(of: 0) != nil || dataset.label(of: 0) != nil else {
      throw DatasetError(
        file: settings.path, problem: "has no labels of whole pictures",
        remedy: "build it from a VOC devkit, from scenes or from a folder of classes")
    }
    isSingle = dataset.presence(of: 0) == nil
    let all = try dataset.indices(ofSplit: settings.trainSplit)
    let held = try dataset.indices(ofSplit: settings.testSplit)
    try dataset.requireDisjoint(learning: settings.trainSplit, testing: settings.testSplit)
    // Subsets are drawn from keys of their own, so that every start of a seed sees the same ones.
    train = try TrainingSubset(
      pictures: settings.trainPictures, fraction: settings.trainFraction, setting: setting
    ).records(of: all, in: dataset, key: key.folding("subset"))
    test = try TrainingSubset(pictures: settings.testPictures)
      .records(of: held, in: dataset, key: key.folding("test subset"))
  }

  /// What is known of `records`.
  public func labels(of records: [Int]) -> ProbeLabels {
    isSingle
      ? ProbeLabels(
        single: records.map { dataset.label(of: $0)! }, classes: dataset.classes.count)
      : ProbeLabels(
        multiple: records.flatMap { dataset.presence(of: $0)! }, classes: dataset.classes.count)
  }
}
