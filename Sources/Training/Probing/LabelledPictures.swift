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
  /// The split to report on; empty holds a part of the training split out instead
  /// (`LabelledPictures.heldOutShare`).
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

  /// Throws where a number of pictures is negative.
  fileprivate func checkCounts(_ setting: String) throws(ConfigurationError) {
    try ConfigurationError.requireCounts([
      "\(setting).trainPictures": trainPictures, "\(setting).testPictures": testPictures,
    ])
  }

  /// The defaults where results decide about a run: they look at no test picture.
  static var heldOut: LabelledData {
    var data = LabelledData()
    data.testSplit = ""
    return data
  }
}

/// Pictures that frozen features are judged by, and what is known of them.
public struct LabelledPictures {
  /// The dataset.
  public let dataset: Dataset
  /// Records to learn from, and records to report on.
  public let train, test: [Int]
  /// What is reported on, in words.
  public let testName: String
  /// Whether each picture has one class.
  public let isSingle: Bool

  /// The share of the training split that is reported on where no other split is.
  public static let heldOutShare = 0.2

  /// Opens the data; every problem is found here, and an error without a path names `setting`.
  public init(
    _ settings: LabelledData, key: RandomKey, setting: String = "data"
  ) throws {
    guard !settings.path.isEmpty else {
      throw ConfigurationError(
        place: "\(setting).path", problem: "names no dataset; pigment data build makes one")
    }
    try settings.checkCounts(setting)
    dataset = try Dataset(opening: settings.path)
    guard dataset.presence(of: 0) != nil || dataset.label(of: 0) != nil else {
      throw DatasetError(
        file: settings.path, problem: "has no labels of whole pictures",
        remedy: "build it from a VOC devkit, from scenes or from a folder of classes")
    }
    isSingle = dataset.presence(of: 0) == nil
    let all = try dataset.indices(ofSplit: settings.trainSplit)
    let (learned, held): ([Int], [Int])
    if settings.testSplit.isEmpty {
      (learned, held) = Self.divided(all, key: key.folding("held out"))
      testName = "a fifth of split '\(settings.trainSplit)', held out"
    } else {
      (learned, held) = (all, try dataset.indices(ofSplit: settings.testSplit))
      try dataset.requireDisjoint(learning: settings.trainSplit, testing: settings.testSplit)
      testName = "split '\(settings.testSplit)'"
    }
    // Subsets are drawn from keys of their own, so that every start of a seed sees the same ones.
    train = try TrainingSubset(
      pictures: settings.trainPictures, fraction: settings.trainFraction, setting: setting
    ).records(of: learned, in: dataset, key: key.folding("subset"))
    test = try TrainingSubset(pictures: settings.testPictures)
      .records(of: held, in: dataset, key: key.folding("test subset"))
  }

  /// Those that stay to be learned from, and a keyed fifth; the same for every start.
  private static func divided(_ records: [Int], key: RandomKey) -> (learned: [Int], held: [Int]) {
    var stream = key.stream()
    let count = Int((heldOutShare * Double(records.count)).rounded(.up))
    let chosen = Set(stream.permutation(records.count).prefix(count))
    return (
      records.indices.filter { !chosen.contains($0) }.map { records[$0] },
      chosen.sorted().map { records[$0] }
    )
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
