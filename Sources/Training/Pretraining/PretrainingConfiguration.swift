internal import Configurations
public import Datasets
public import Networks
internal import Runs
internal import Tensors

/// Everything a pretraining run depends on; a YAML file holds what differs from these defaults.
public struct PretrainingConfiguration<Task: PretextTask>: RunConfiguration {
  /// What is learned.
  public var task: String = Task.name
  /// Where pictures come from and how they are cut.
  public var data: PretrainingData = .init()
  /// The trunk.
  public var trunk: TrunkConfiguration = .init()
  /// What the network is asked for.
  public var objective: Task.Settings = .init()
  /// The first weights.
  public var initialization: PretrainingStart = .init()
  /// What every run can be told.
  public var run: RunSettings = .init()
  /// Labelled pictures that features are probed with at every evaluation; none by default.
  public var probing: OnlineProbing = .init()
  /// The full-scale run of Zhang, Isola & Efros, ECCV 2016, as released.
  public init() {
    run.optimizer.weightDecay = 1e-3
    run.schedule.rate = 3.16e-5
    run.schedule.decay = .step
    run.schedule.factor = 0.316
    run.schedule.interval = 215_000
  }

  /// The settings of the first release, as digests of runs have them.
  public static var firstSettings: [String]? {
    [
      "task", "data", "trunk", "objective", "initialization", "batchSize", "accumulation",
      "iterations", "precision", "optimizer", "schedule", "selection", "seed", "logInterval",
      "checkpointInterval", "keepCheckpoints", "evaluationInterval", "probing", "tensorBoard",
    ]
  }

  /// The dataset.
  public static var contentPaths: [WritableKeyPath<Self, String>] { [\.data.path] }

  /// Those that came into groups later.
  public static var laterSettings: [String] { ["data.duplicates"] }

  /// Without probing nothing is reported on, whatever the split: as the first release wrote it.
  public var canonical: Self {
    var copy = self
    if !probing.isAsked && probing.data.testSplit.isEmpty { copy.probing.data.testSplit = "test" }
    return copy
  }

  /// Throws at the first setting that no run can have.
  func check() throws {
    func require(_ condition: Bool, _ setting: String, _ problem: String) throws {
      if !condition { throw ConfigurationError(place: setting, problem: problem) }
    }
    try require(task == Task.name, "task", "must be \(Task.name) here, it is '\(task)'")
    try require(!data.path.isEmpty, "data.path", "names no dataset; pigment data build makes one")
    try require(
      data.loaderThreads > 0, "data.loaderThreads",
      "must be positive, it is \(data.loaderThreads)")
    try require(
      data.validationPictures >= 0, "data.validationPictures",
      "must not be negative, it is \(data.validationPictures)")
    try run.check()
    if let problem = trunk.problem {
      throw ConfigurationError(place: "trunk", problem: problem)
    }
    if let problem = data.augmentation.problem {
      throw ConfigurationError(place: "data.augmentation", problem: problem)
    }
    try initialization.check()
    try probing.check()
  }
}

/// Where pictures come from and how they are cut.
public struct PretrainingData: Codable, Hashable, Sendable {
  /// The dataset (HDF5).
  public var path: String = ""
  /// The split to learn from.
  public var split: String = "train"
  /// The split to judge by.
  public var validationSplit: String = "val"
  /// Pictures of the validation split that are used.
  public var validationPictures: Int = 256
  /// The window each sample is cut from, for which JPEG files may be decoded smaller
  /// (`Augmentation.decodingSize`); what is evaluated is decoded whole.
  public var augmentation: Augmentation = .init()
  /// Threads that read and prepare batches; the result does not depend on it.
  public var loaderThreads: Int = 2
  /// What becomes of pictures to learn from that are, byte for byte, also among those to judge by
  /// or in the test split to probe by.
  public var duplicates: DuplicatePictures = .refuse

  /// The defaults.
  public init() {}
}

/// What becomes of pictures to learn from that results are judged by, too.
public enum DuplicatePictures: String, Codable, Sendable, CaseIterable {
  /// The run does not begin, and says how many there are.
  case refuse
  /// They are not learned from.
  case drop
  /// They are learned from like others.
  case keep
}
