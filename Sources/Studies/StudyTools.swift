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
  /// What a run with such settings sees and computes; `data` is its data set's file.
  public var work:
    (_ verb: String?, _ file: String, _ changes: [String], _ data: String) throws -> StudyWork
  /// The numbers of the last evaluation of the run in a folder, by name; with those of its result,
  /// where it has one. Nil for `verb` is `pigment pretrain`.
  public var metrics: (_ verb: String?, _ folder: String) throws -> [String: Double]
  /// The share of dead channels in each layer of an archive, under the names that tables give them;
  /// nothing where they were not counted.
  public var deadChannels: (_ archive: String) throws -> [String: Double]
  /// The program and its version, as timings name it.
  public var program: String
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
    work:
      @escaping (
        _ verb: String?, _ file: String, _ changes: [String], _ data: String
      ) throws -> StudyWork,
    metrics: @escaping (_ verb: String?, _ folder: String) throws -> [String: Double],
    deadChannels: @escaping (_ archive: String) throws -> [String: Double],
    program: String, noise: [String], files: any FileSystem = .posix
  ) {
    (self.work, self.metrics, self.program) = (work, metrics, program)
    self.deadChannels = deadChannels
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

/// How much a run sees, and how much it computes.
public struct StudyWork: Sendable, Hashable, Codable {
  /// Images that it learns from, each as often as it is seen; those that it looks at, where nothing
  /// but a classifier on top learns.
  public var images: Int
  /// Those of one step; 1 where there are no steps.
  public var imagesOfStep: Int
  /// Multiply-adds of the trunk over all of them, reckoned: a pass that learns counts as three
  /// forward ones; heads, tests and evaluations are left out.
  public var multiplyAdds: Double

  /// Nothing, or what is given.
  public init(images: Int = 0, imagesOfStep: Int = 1, multiplyAdds: Double = 0) {
    (self.images, self.imagesOfStep) = (images, imagesOfStep)
    self.multiplyAdds = multiplyAdds
  }
}
