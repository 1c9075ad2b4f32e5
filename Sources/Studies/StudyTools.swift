public import Files

/// What a study must be told by the program, because the rooms that know it are none of its own.
public struct StudyTools {
  /// The settings of a configuration file with `a.b=value` laid over it, merged with the defaults:
  /// YAML that is equal for equal settings. Throws at a setting that is not there.
  /// Nil for `verb` is `pigment pretrain`.
  public var settings: (_ verb: String?, _ file: String, _ changes: [String]) throws -> String
  /// The content hash of a data set.
  public var dataHash: (_ path: String) throws -> String
  /// What the finished run in a folder came to; nil where it is not finished.
  public var result: (_ verb: String, _ folder: String) throws -> StudyResult?
  /// The commands of `pigment transfer`.
  public var verbs: [StudyVerb]
  /// The starts that need no file.
  public var noise: [String]
  /// The program's files.
  public var files: any FileSystem

  /// Tools.
  public init(
    verbs: [StudyVerb],
    settings: @escaping (_ verb: String?, _ file: String, _ changes: [String]) throws -> String,
    dataHash: @escaping (_ path: String) throws -> String,
    result: @escaping (_ verb: String, _ folder: String) throws -> StudyResult?,
    noise: [String], files: any FileSystem = .posix
  ) {
    self.verbs = verbs
    self.settings = settings
    self.dataHash = dataHash
    self.result = result
    self.noise = noise
    self.files = files
  }
}

/// A command of `pigment transfer`.
public struct StudyVerb: Sendable, Hashable {
  /// Its name, such as `classify`.
  public var name: String
  /// Whether its data sets need proposals (`data.proposals`).
  public var needsProposals: Bool
  /// Whether it takes starts and data set as arguments, not by `--init` and a setting.
  public var takesArguments: Bool

  /// A command.
  public init(_ name: String, needsProposals: Bool = false, takesArguments: Bool = false) {
    (self.name, self.needsProposals) = (name, needsProposals)
    self.takesArguments = takesArguments
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
