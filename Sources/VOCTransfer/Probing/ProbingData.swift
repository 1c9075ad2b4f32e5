internal import Datasets
internal import Probes
internal import Randomness
internal import Training

/// The pictures of a probing run and what is known of them.
struct ProbingData {
  let dataset: Dataset
  let train, test: [Int]
  /// Whether each picture has one class.
  let isSingle: Bool

  /// Opens the data; every problem is found here.
  init(_ settings: ProbingConfiguration.Data, key: RandomKey) throws {
    guard !settings.path.isEmpty else {
      throw ConfigurationError(
        place: "data.path", problem: "names no dataset; pigment data build makes one")
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
    guard Set(all).isDisjoint(with: held) else {
      throw DatasetError(
        file: settings.path,
        problem: "splits '\(settings.trainSplit)' and '\(settings.testSplit)' share records",
        remedy: "test on pictures that were not learned from")
    }
    // Subsets are drawn from keys of their own, so that every start of a seed sees the same ones.
    train = try TrainingSubset(pictures: settings.trainPictures, fraction: settings.trainFraction)
      .records(of: all, in: dataset, key: key.folding("subset"))
    test = try TrainingSubset(pictures: settings.testPictures)
      .records(of: held, in: dataset, key: key.folding("test subset"))
  }

  func labels(of records: [Int]) -> ProbeLabels {
    isSingle
      ? ProbeLabels(
        single: records.map { dataset.label(of: $0)! }, classes: dataset.classes.count)
      : ProbeLabels(
        multiple: records.flatMap { dataset.presence(of: $0)! }, classes: dataset.classes.count)
  }
}
