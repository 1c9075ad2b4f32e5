internal import Configurations
internal import Datasets
internal import Files
internal import Layers
internal import Networks
internal import Randomness
internal import Runs
internal import Studies
internal import Tensors
internal import Training
internal import VOCTransfer

extension StudyTools {
  /// What a run with such settings sees and computes.
  static func work(
    _ verb: String?, _ file: String, _ changes: [String], _ data: String
  ) throws -> StudyWork {
    func pretraining<Task: PretextTask>(_ task: Task.Type) throws -> StudyWork {
      let settings = try PretrainingConfiguration<Task>.load(file, settings: changes)
      return learning(
        settings.run, inputs: Task.inputsOfPicture, settings.trunk,
        size: settings.data.augmentation.size)
    }
    func fineTuning<Task: TransferTask>(_ task: Task.Type) throws -> StudyWork {
      let settings = try Task.Settings.load(file, settings: changes)
      return learning(settings.run, inputs: 1, settings.trunk, size: settings.inputSize)
    }
    guard let verb else { return try pretraining(Tasks.pretext(of: file, settings: changes)) }
    if let task = Tasks.transfer(verb) { return try fineTuning(task) }
    let settings = try ProbingConfiguration.load(file, settings: changes)
    let images = try settings.data.count(in: Dataset(opening: data))
    return StudyWork(
      images: images, multiplyAdds: Double(images) * forward(settings.trunk, settings.size))
  }

  /// A forward pass, and one for the gradients of each of inputs and weights.
  private static func learning(
    _ run: RunSettings, inputs: Int, _ trunk: TrunkConfiguration, size: Int
  ) -> StudyWork {
    let one = run.batchSize * run.accumulation * inputs
    let images = one * run.iterations
    return StudyWork(
      images: images, imagesOfStep: one,
      multiplyAdds: 3 * Double(images) * forward(trunk, size))
  }

  private static func forward(_ trunk: TrunkConfiguration, _ size: Int) -> Double {
    trunk.build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
      .multiplyAdds(of: Pair(size, size)) ?? 0
  }

  /// The numbers of the last evaluation of the run in a folder, and those of its result.
  static func metrics(_ verb: String?, _ folder: String) throws -> [String: Double] {
    var numbers: [String: Double] = [:]
    let journal = "\(folder)/journal.jsonl"
    if try POSIXFiles.posix.exists(journal) {
      for case .evaluation(_, let metrics) in try Journal.events(in: journal) { numbers = metrics }
    }
    guard let verb, let found = try result(verb, folder) else { return numbers }
    for measure in found.measures { numbers[measure.name] = measure.value }
    return numbers
  }

  /// The share of dead channels in each layer of an archive.
  static func deadChannels(_ archive: String) throws -> [String: Double] {
    let (description, _) = try FeatureArchive.describe(archive)
    return (description.dead?.layers ?? []).reduce(into: [:]) { found, layer in
      found["dead channels \(layer.name)"] = Double(layer.dead) / Double(max(1, layer.channels))
    }
  }

  /// Version and digest of the program.
  static var programName: String {
    let record = EnvironmentRecord.here(dataHash: "", seed: 0, on: .cpu)
    return "pigment \(record.pigment)"
      + (record.program.map { ", program \($0.prefix(12))" } ?? "")
  }
}

extension LabelledData {
  /// Pictures that are looked at.
  fileprivate func count(in dataset: Dataset) throws -> Int {
    let all = try dataset.indices(ofSplit: trainSplit).count
    let train = trainPictures > 0 ? min(trainPictures, all) : Int(trainFraction * Double(all))
    let test = testSplit.isEmpty ? 0 : try dataset.indices(ofSplit: testSplit).count
    return train + (testPictures > 0 ? min(testPictures, test) : test)
  }
}
