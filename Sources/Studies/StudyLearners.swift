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
  /// The points of the study's axis that it is trained at, by name, with the seeds of each (0 for
  /// as many as otherwise). At each it is a start of its own, such as `colorization-100k`; without
  /// points it is one start, trained as its configuration says.
  public var points: [String: Int]
  /// Rates of which it takes the best; nil leaves the rate to the configuration.
  public var rates: StudyRates?
  /// Other exports of the same trunks, each a start of its own.
  public var variants: [StudyVariant]

  /// Reads the entry; name, configuration and data must be there.
  public init(from decoder: any Decoder) throws {
    let entry = try Entry<CodingKeys>(decoder)
    name = try entry.value(.name)
    configuration = try entry.value(.configuration)
    data = try entry.value(.data)
    settings = try entry.value(.settings, or: [])
    seeds = try entry.value(.seeds, or: 0)
    rescale = try entry.value(.rescale, or: false)
    points = try entry.value(.points, or: [:])
    rates = try entry.optional(.rates)
    variants = try entry.value(.variants, or: [])
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
  /// As of a pretext.
  public var points: [String: Int]
  /// As of a pretext.
  public var rates: StudyRates?
  /// As of a pretext.
  public var variants: [StudyVariant]

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
    points = try entry.value(.points, or: [:])
    rates = try entry.optional(.rates)
    variants = try entry.value(.variants, or: [])
  }
}

/// Another export of a trunk that was trained, as a start of its own: `colorization-400k-rescaled`.
public struct StudyVariant: Codable, Hashable, Sendable {
  /// What is added to the start's name.
  public var name: String
  /// Whether layers are rescaled so that all learn equally fast (`export --rescale`).
  public var rescale: Bool
  /// Whether batch normalization is folded into the convolutions (`export --fold`; not ECCV16).
  public var fold: Bool
  /// The points whose trunks are exported so; empty for all.
  public var points: [String]

  /// Reads the entry; only the name must be there.
  public init(from decoder: any Decoder) throws {
    let entry = try Entry<CodingKeys>(decoder)
    name = try entry.value(.name)
    rescale = try entry.value(.rescale, or: false)
    fold = try entry.value(.fold, or: false)
    points = try entry.value(.points, or: [])
  }
}
