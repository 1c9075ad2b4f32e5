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
  /// Classes over which the measure's mean is taken, by name, where a run tells it class by class;
  /// empty takes the measure as it is.
  public var classes: [String]
  /// The starts that are tested, by the name of a learner for all its points, or of one start;
  /// empty for all.
  public var starts: [String]
  /// Seeds; 0 for those of the study.
  public var seeds: Int
  /// Whether a start with fewer trunks than there are seeds shares them in turn; otherwise it has
  /// as many seeds as trunks.
  public var sharesTrunks: Bool
  /// The point that its steps wait for in the order of work; empty for none.
  public var after: String
  /// Rates of which each start takes the best; nil leaves the rate to the configuration.
  public var rates: StudyRates?
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
    classes = try entry.value(.classes, or: [])
    starts = try entry.value(.starts, or: [])
    seeds = try entry.value(.seeds, or: 0)
    sharesTrunks = try entry.value(.sharesTrunks, or: true)
    after = try entry.value(.after, or: "")
    rates = try entry.optional(.rates)
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
  /// The only starts that it is for, by name; empty for all.
  public var starts: [String]
  /// The regime whose chosen rates it takes over; empty where it chooses itself.
  public var ratesOf: String

  /// The name, and what it means for labels: `low-1: 1 % of the labels`.
  var title: String {
    fraction < 1 ? "\(name): \(ReportTables.exact(100 * fraction)) % of the labels" : name
  }

  /// Reads the entry; only the name must be there.
  public init(from decoder: any Decoder) throws {
    let entry = try Entry<CodingKeys>(decoder)
    name = try entry.value(.name)
    without = try entry.value(.without, or: [])
    starts = try entry.value(.starts, or: [])
    ratesOf = try entry.value(.ratesOf, or: "")
    fraction = try entry.value(.fraction, or: 1)
    settings = try entry.value(.settings, or: [])
    tasks = try entry.value(.tasks, or: [])
  }
}
