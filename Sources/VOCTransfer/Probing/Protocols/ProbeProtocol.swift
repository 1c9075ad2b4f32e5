internal import Configurations
internal import Text

/// A way of asking what frozen features are worth.
protocol ProbeProtocol {
  /// The name in commands and tables.
  static var name: String { get }
  /// Raised whenever the same features would get another number.
  static var version: Int { get }
  /// The heading of its table.
  static var title: String { get }
  /// What it needs to know of pictures.
  static var needs: ProbeNeeds { get }
  /// What it comes to on one layer: one row, or several.
  static func rows(_ probe: LayerProbe) throws -> [ProbingResult.Row]
}

/// What a protocol needs to know of pictures.
enum ProbeNeeds {
  /// Labels of whole pictures, and features averaged over them.
  case labels
  /// Labels of whole pictures, and maps.
  case maps
  /// Masks, and maps.
  case masks
  /// Boxes, and maps.
  case boxes

  /// Whether it looks at positions.
  var isOfMaps: Bool {
    switch self {
    case .labels: false
    case .maps, .masks, .boxes: true
    }
  }
}

extension ProbingConfiguration.Method {
  /// The registry: what each method asks.
  var asked: any ProbeProtocol.Type {
    switch self {
    case .linear: LinearProtocol.self
    case .neighbors: KNNProtocol.self
    case .svm: SVMProtocol.self
    case .lowShot: LowShotProtocol.self
    case .attentive: AttentiveProtocol.self
    case .denseNeighbors: DenseKNNProtocol.self
    case .denseLinear: DenseLinearProtocol.self
    case .discovery: DiscoveryProtocol.self
    case .rank: EffectiveRankProtocol.self
    }
  }

  /// The protocol and its version, such as `knn@1`.
  public var protocolName: String { "\(asked.name)@\(asked.version)" }

  /// What its table is called.
  public var question: String { asked.title }

  /// The method of a protocol, with its version or without; an error names all.
  public init(protocolName text: String) throws {
    let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
    let names = Self.allCases.map { $0.asked.name }
    guard let found = Self.allCases.first(where: { $0.asked.name == parts.first }) else {
      throw ConfigurationError(
        place: "the protocol",
        problem: "'\(text)' is none; there are all, "
          + names.sorted(byLikenessTo: text).joined(separator: ", "))
    }
    guard parts.count == 1 || text == found.protocolName else {
      throw ConfigurationError(
        place: "the protocol",
        problem: "'\(text)' is not what this program knows, which is \(found.protocolName); a "
          + "program of that time computes it")
    }
    self = found
  }
}
