/// A trunk that learns without labels: one configuration of `pigment pretrain`.
public struct StudyPretext: Codable, Hashable, Sendable {
  /// What tables call it.
  public var name: String
  /// The configuration file; its `task` says what is learned.
  public var configuration: String
  /// The data set to learn from, by its name in the study.
  public var data: String
  /// Settings over the file's, such as `objective.lambda=1`.
  public var settings: [String]
  /// Pretraining seeds; 0 for as many as the study has. With fewer, transfer seeds share them in
  /// turn, and the report says so: its intervals then lack some of the scatter of pretraining.
  public var seeds: Int
  /// Whether the export rescales the layers so that all learn equally fast (`--rescale`).
  public var rescale: Bool

  /// Reads the entry; name, configuration and data must be there.
  public init(from decoder: any Decoder) throws {
    let entry = try Entry<CodingKeys>(decoder)
    name = try entry.value(.name)
    configuration = try entry.value(.configuration)
    data = try entry.value(.data)
    settings = try entry.value(.settings, or: [])
    seeds = try entry.value(.seeds, or: 0)
    rescale = try entry.value(.rescale, or: false)
  }
}

/// A trunk that learns with labels: one configuration of a `pigment transfer` command.
public struct StudySupervision: Codable, Hashable, Sendable {
  /// What tables call it.
  public var name: String
  /// The configuration file.
  public var configuration: String
  /// The data set to learn from, by its name in the study.
  public var data: String
  /// The noise it starts from.
  public var from: String
  /// The command of `pigment transfer` that trains it.
  public var verb: String
  /// Settings over the file's.
  public var settings: [String]
  /// Its seeds; 0 for as many as the study has.
  public var seeds: Int

  /// Reads the entry; name, configuration and data must be there.
  public init(from decoder: any Decoder) throws {
    let entry = try Entry<CodingKeys>(decoder)
    name = try entry.value(.name)
    configuration = try entry.value(.configuration)
    data = try entry.value(.data)
    from = try entry.value(.from, or: "he")
    verb = try entry.value(.verb, or: "classify")
    settings = try entry.value(.settings, or: [])
    seeds = try entry.value(.seeds, or: 0)
  }
}

/// What features are tested on: one configuration of a `pigment transfer` command.
public struct StudyTask: Codable, Hashable, Sendable {
  /// What tables call it.
  public var name: String
  /// The command of `pigment transfer`, such as `classify`.
  public var verb: String
  /// The configuration file.
  public var configuration: String
  /// The data set, by its name in the study.
  public var data: String
  /// Settings over the file's.
  public var settings: [String]
  /// The measure that starts are compared in, as results name it; empty for the first.
  public var measure: String
  /// What was published, to set our order beside it.
  public var published: Published

  /// Published scores by start.
  public struct Published: Codable, Hashable, Sendable {
    /// Where they stand.
    public var source: String = ""
    /// The scores, in percent, by the names of starts.
    public var scores: [String: Double] = [:]

    init() {}

    /// Reads the entry; both values must be there.
    public init(from decoder: any Decoder) throws {
      let entry = try Entry<CodingKeys>(decoder)
      source = try entry.value(.source)
      scores = try entry.value(.scores)
    }
  }

  /// Reads the entry; name, verb, configuration and data must be there.
  public init(from decoder: any Decoder) throws {
    let entry = try Entry<CodingKeys>(decoder)
    name = try entry.value(.name)
    verb = try entry.value(.verb)
    configuration = try entry.value(.configuration)
    data = try entry.value(.data)
    settings = try entry.value(.settings, or: [])
    measure = try entry.value(.measure, or: "")
    published = try entry.value(.published, or: .init())
  }
}

/// How features are tested: what learns, and from how many labels.
public struct StudyRegime: Codable, Hashable, Sendable {
  /// What tables call it.
  public var name: String
  /// The share of the training pictures that is learned from (`data.trainFraction`).
  public var fraction: Double
  /// Settings of the tasks, such as `tuning.frozenThrough=norm7`.
  public var settings: [String]
  /// The tasks that it applies to, by name; empty for all.
  public var tasks: [String]
  /// Starts that it would be unfair with, by name.
  public var without: [String]

  /// Reads the entry; only the name must be there.
  public init(from decoder: any Decoder) throws {
    let entry = try Entry<CodingKeys>(decoder)
    name = try entry.value(.name)
    without = try entry.value(.without, or: [])
    fraction = try entry.value(.fraction, or: 1)
    settings = try entry.value(.settings, or: [])
    tasks = try entry.value(.tasks, or: [])
  }
}
