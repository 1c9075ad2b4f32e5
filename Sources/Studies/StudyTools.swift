public import Files

/// What a study must be told by the program, because the rooms that know it are none of its own.
public struct StudyTools {
  /// What a configuration belongs to.
  public enum Verb: Sendable, Hashable {
    /// `pigment pretrain`.
    case pretrain
    /// `pigment transfer` with one of its commands.
    case transfer(StudyTask.Verb)
  }

  /// The settings of a configuration file with `a.b=value` laid over it, merged with the defaults:
  /// YAML that is equal for equal settings. Throws at a setting that is not there.
  public var settings: (_ verb: Verb, _ file: String, _ changes: [String]) throws -> String
  /// The content hash of a data set.
  public var dataHash: (_ path: String) throws -> String
  /// What the finished run in a folder came to; nil where it is not finished.
  public var result: (_ verb: StudyTask.Verb, _ folder: String) throws -> StudyResult?
  /// The starts that need no file.
  public var noise: [String]
  /// The program's files.
  public var files: any FileSystem

  /// Tools.
  public init(
    settings: @escaping (_ verb: Verb, _ file: String, _ changes: [String]) throws -> String,
    dataHash: @escaping (_ path: String) throws -> String,
    result: @escaping (_ verb: StudyTask.Verb, _ folder: String) throws -> StudyResult?,
    noise: [String], files: any FileSystem = .posix
  ) {
    self.settings = settings
    self.dataHash = dataHash
    self.result = result
    self.noise = noise
    self.files = files
  }
}

/// What one run of a task came to.
public struct StudyResult: Sendable, Equatable {
  /// A score between 0 and 1.
  public struct Measure: Sendable, Equatable {
    /// The name, such as `mAP area`.
    public var name: String
    /// The score.
    public var value: Double
    /// What scores without knowledge come to, where that is known.
    public var chance: Double?

    /// A score.
    public init(_ name: String, _ value: Double, chance: Double? = nil) {
      (self.name, self.value, self.chance) = (name, value, chance)
    }
  }

  /// The scores.
  public var measures: [Measure]
  /// The seed of the run, and the content hash of its data.
  public var seed: UInt64, dataHash: String
  /// Pictures learned from and reported on.
  public var trainPictures, testPictures: Int
  /// The commit of the program that made the run.
  public var commit: String
  /// What the mean over classes rests on; nil where a task has no classes.
  public var basis: String?

  /// A result.
  public init(
    measures: [Measure], seed: UInt64, dataHash: String, trainPictures: Int, testPictures: Int,
    commit: String, basis: String? = nil
  ) {
    self.basis = basis
    (self.measures, self.seed, self.dataHash) = (measures, seed, dataHash)
    (self.trainPictures, self.testPictures, self.commit) = (trainPictures, testPictures, commit)
  }
}
