internal import Foundation

/// What an initialization from data did; it belongs to the results that follow.
public struct InitializationReport: Codable, Sendable, Equatable, CustomStringConvertible {
  /// One layer.
  public struct Layer: Codable, Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Its filters.
    public let filters: Int
    /// Filters that were learned from patches; the others are independent normal numbers.
    public let learned: Int
  }

  /// The settings.
  public let initializer: DataDependentInitializer
  /// Pictures that were looked at.
  public let pictures: Int
  /// Each initialized layer in order.
  public internal(set) var layers: [Layer]
  /// How layers were balanced; nil where they were not.
  public internal(set) var rescaling: RescalingReport?
  /// Why layers were not balanced although that was asked for; nil where they were.
  public internal(set) var unbalanced: String?

  /// Layers and filters in a line.
  public var description: String {
    let learned = layers.filter { $0.learned > 0 }.map { "\($0.name) \($0.learned)/\($0.filters)" }
    let filters =
      learned.isEmpty ? "all filters drawn" : "learned " + learned.joined(separator: ", ")
    return "\(initializer.method.rawValue) from \(pictures) pictures: \(filters)"
      + (rescaling.map { "; \($0)" } ?? "") + (unbalanced.map { "; not balanced, \($0)" } ?? "")
  }
}

/// What a rescaling did: how fast layers learn before and after, and what became of their outputs.
public struct RescalingReport: Codable, Sendable, Equatable, CustomStringConvertible {
  /// One layer with weights.
  public struct Layer: Codable, Sendable, Equatable {
    /// Its name.
    public let name: String
    /// The size of a random gradient over that of the weights, before and after.
    public let ratioBefore, ratioAfter: Double
    /// What its weights were multiplied by.
    public let scale: Double
  }

  /// The layers with weights, in order.
  public let layers: [Layer]
  /// What each layer's output is now, as a multiple of what it was, by name.
  public let factors: [String: Double]
  /// Rounds of rescaling.
  public let rounds: Int
  /// The mean deviation of the last layer's channels.
  public let outputDeviation: Double
  /// How far the last layer's output is from its stated multiple, relative to its largest value.
  public let largestError: Double

  /// The largest distance of a log-ratio from their mean.
  public var spread: Double { Self.spread(layers.map(\.ratioAfter)) }

  static func spread(_ ratios: [Double]) -> Double {
    let logs = ratios.map { log($0) }
    let mean = logs.reduce(0, +) / Double(max(1, logs.count))
    return logs.map { abs($0 - mean) }.max() ?? 0
  }

  /// Rounds, and how far apart layers were and are.
  public var description: String {
    let before = Self.spread(layers.map(\.ratioBefore))
    return "rescaled in \(rounds) \(rounds == 1 ? "round" : "rounds"), "
      + String(format: "log-ratios within %.2g before and %.2g after", before, spread)
  }
}
