internal import Configurations
internal import Datasets
internal import Files
internal import Layers
internal import Networks
internal import Randomness
public import Runs
public import Tensors

/// Scores the network of a finished run on other pictures than those of its own test.
public struct TransferTest<Task: TransferTask> {
  private let task: Task
  private let checkpoint: Checkpoint
  private let record: RunRecord
  private let pictures: TestedPictures
  private let run: String
  private let device: Device

  /// Opens a run and the pictures; the classes must be those that the run learned.
  ///
  /// - Parameters:
  ///   - run: the folder of a finished run
  ///   - data: where the pictures are, and for detection their proposals
  ///   - split: the split to report on; nil for the one that the run's settings name
  public init(
    of run: String, on data: MovedFiles, split: String?, device: Device = .cpu
  ) throws {
    var settings = try Task.Settings.load(RunFolder.configurationFile(of: run))
    guard let result = try RunFolder.evaluation(of: run, as: Task.Result.self) else {
      throw RunError(
        path: run, problem: "is not finished; pigment resume \(run) goes on with it")
    }
    try data.apply(to: &settings, of: run)
    if let split { settings.testSplit = split }
    (self.run, self.device) = (run, device)
    record = result.run
    checkpoint = try CheckpointOrigin.found(at: run).checkpoint
    task = try Task(settings, for: .testing, on: device)
    // Segmentation scores the background, too, before all classes.
    let learned = result.classMeasures.map(\.name)
    guard learned.suffix(task.dataset.classes.count) == task.dataset.classes[...],
      learned.count - task.dataset.classes.count <= 1
    else {
      throw DatasetError(
        file: task.dataset.path, problem: "its classes are not those that \(run) learned",
        remedy: "name data with the classes \(learned.prefix(4).joined(separator: ", ")), …")
    }
    pictures = TestedPictures(
      path: task.dataset.path, split: settings.testSplit, dataHash: task.dataset.contentSHA256,
      proposalsDigest: task.proposalsDigest,
      areTrainingPictures: task.dataset.contentSHA256 == record.dataHash
        && settings.testSplit == settings.trainSplit)
  }

  /// What the scores are of.
  public var tested: TestedPictures { pictures }

  /// Where the result goes: a folder of the run, named by split and content.
  public var folder: String {
    "\(run)/tests/\(pictures.split)-\(pictures.dataHash.prefix(12))"
  }

  /// Tests, and writes the result and what belongs to it into `folder`.
  public func result() throws -> Task.Result {
    let configuration: TrunkConfiguration = try checkpoint.note("trunk")
    let preprocessing: Preprocessing = try checkpoint.note("preprocessing")
    // Weights are drawn only to be replaced.
    let key = RandomKey(seed: 0)
    var network = try task.network(
      on: configuration.build(key: key, on: device), preprocessing, key: key
    ).network
    try network.load(from: checkpoint.archive, prefix: "model.")
    try POSIXFiles.posix.makeDirectory(folder)
    let result = try task.result(
      of: network, preprocessing, record.tested(on: pictures, count: task.testCount), in: folder)
    try AtomicFile.write(json: result, .page, .relaxed, to: "\(folder)/evaluation.json")
    return result
  }
}
