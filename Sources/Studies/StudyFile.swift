public import Configurations

/// A study: which starts are compared on which tasks, with how many seeds. Read strictly from YAML.
///
///     name: voc-transfer
///     data: {photographs: {path: photos.h5}, voc2007: {path: voc2007.h5}}
///     pretexts:
///       - {name: colorization, configuration: pretrain.yaml, data: photographs}
///     starts: [gaussian, he, colorization]
///     tasks:
///       - {name: classify, verb: classify, configuration: classify.yaml, data: voc2007}
///     regimes: [{name: all}, {name: low-10, fraction: 0.1}]
///     scales: {smoke: {seeds: 2, settings: {pretexts: [iterations=20]}}}
public struct StudyFile: Configuration {
  /// What the study is called; its folder and its recipes bear the name.
  public var name: String = ""
  /// Raised by whoever changes what the study does in a way that its settings do not show.
  public var version: Int = 1
  /// Data sets by name.
  public var data: [String: StudyData] = [:]
  /// Settings of every configuration, such as `trunk.width=0.25`.
  public var everywhere: [String] = []
  /// Points of the axis of images seen, by name, such as `100k: 102400`; learners name those that
  /// they are trained at.
  public var points: [String: Int] = [:]
  /// Trunks that learn without labels.
  public var pretexts: [StudyPretext] = []
  /// Trunks that learn with labels.
  public var supervised: [StudySupervision] = []
  /// Options of every export of a trunk, such as `[--weights, bf16]`.
  public var export: [String] = []
  /// What tasks start from: noise, or the name of a pretext or of a supervised trunk.
  public var starts: [String] = []
  /// The start that others are compared with, seed by seed.
  public var baseline: String = "gaussian"
  /// What features are tested on.
  public var tasks: [StudyTask] = []
  /// How they are tested: what learns, and from how many labels.
  public var regimes: [StudyRegime] = []
  /// Seeds 1 to this number, of transfer and of pretraining.
  public var seeds: Int = 3
  /// A folder in which every finished step leaves its row, and whose rows of the same recipe count
  /// as done; empty for none.
  public var rows: String = ""
  /// Starts whose trunks are kept there, too, by name: small ones that later steps need.
  public var keeps: [String] = []
  /// How intervals over seeds are made.
  public var interval: IntervalRule = .automatic
  /// The sizes that the study can be run at.
  public var scales: [String: StudyScale] = [:]

  /// An empty study.
  public init() {}
}

/// A data set of a study.
public struct StudyData: Codable, Hashable, Sendable {
  /// The file (HDF5).
  public var path: String
  /// Its proposals, for detection; empty where there are none.
  public var proposals: String

  /// Reads the entry; only the path must be there.
  public init(from decoder: any Decoder) throws {
    let entry = try Entry<CodingKeys>(decoder)
    path = try entry.value(.path)
    proposals = try entry.value(.proposals, or: "")
  }
}

/// One entry of a list in a study file: values, some with defaults.
struct Entry<Key: CodingKey> {
  private let container: KeyedDecodingContainer<Key>

  init(_ decoder: any Decoder) throws { container = try decoder.container(keyedBy: Key.self) }

  func value<Value: Decodable>(_ key: Key) throws -> Value {
    try container.decode(Value.self, forKey: key)
  }

  func value<Value: Decodable>(_ key: Key, or usual: Value) throws -> Value {
    try container.contains(key) ? value(key) : usual
  }

  func optional<Value: Decodable>(_ key: Key) throws -> Value? {
    try container.contains(key) ? .some(value(key)) : nil
  }
}
