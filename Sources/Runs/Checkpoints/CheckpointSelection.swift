internal import Configurations

/// Which checkpoints are worth keeping besides the newest, and when a run has stopped getting
/// better.
public struct CheckpointSelection: Codable, Hashable, Sendable {
  /// Which end of a metric is the good one.
  public enum Order: String, Codable, Sendable, CaseIterable {
    /// Losses and errors.
    case lowest
    /// Accuracies.
    case highest
  }

  /// The metric of the evaluations, such as `validation/divergence`; empty for none.
  public var metric: String = ""
  /// Which end of it is good.
  public var order: Order = .lowest
  /// How many of the best stay in the run's folder `best`.
  public var keep: Int = 1
  /// The run stops early when so many evaluations brought nothing better; 0 never does.
  public var patience: Int = 0

  /// Nothing is selected.
  public init() {}

  /// By what an evaluation with these metrics is usually judged, where nothing was selected; nil
  /// where it has none of what tasks are judged by.
  package static func usual(among metrics: [String: Double]) -> Self? {
    let known = rising.map { ($0, Order.highest) } + falling.map { ($0, .lowest) }
    for (name, order) in known {
      let full = metrics.keys.sorted().first {
        $0.hasPrefix("validation/") && $0.lowercased().hasSuffix("/\(name)")
      }
      guard let full else { continue }
      var selection = Self()
      (selection.metric, selection.order) = (full, order)
      return selection
    }
    return nil
  }

  /// The last words of metrics of which more is better, and less, most telling first.
  private static let rising = ["map", "miu", "top1", "accuracy", "auc"]
  private static let falling = ["divergence", "loss"]

  /// Whether one value of the metric is better than another; a number is better than none.
  public func prefers(_ value: Double, to other: Double) -> Bool {
    if other.isNaN { return !value.isNaN }
    return order == .lowest ? value < other : value > other
  }

  /// Throws at the first setting that no run can have.
  package func check() throws {
    func require(_ condition: Bool, _ setting: String, _ problem: String) throws {
      if !condition { throw ConfigurationError(place: "selection.\(setting)", problem: problem) }
    }
    let name = metric.lowercased()
    try require(
      order == .highest || !Self.rising.contains { name.hasSuffix($0) }, "order",
      "would keep the lowest '\(metric)', of which more is better; give selection.order=highest")
    try require(keep > 0, "keep", "must be positive, it is \(keep)")
    try require(patience >= 0, "patience", "must not be negative, it is \(patience)")
    try require(
      patience == 0 || !metric.isEmpty, "patience", "needs a selection.metric to watch")
  }

  /// The metric's value in an evaluation; an evaluation without it is an error that names what
  /// there is.
  package func value(in metrics: [String: Double]) throws -> Double {
    guard let value = metrics[metric] else {
      throw ConfigurationError(
        place: "selection.metric",
        problem: """
          no evaluation gives '\(metric)'; there are \
          \(metrics.keys.sorted().joined(separator: ", "))
          """)
    }
    return value
  }

  /// Whether a run is over at `step` because nothing got better since `best`.
  package func isOver(at step: Int, best: TrainingProgress.Best?, evaluationInterval: Int) -> Bool {
    guard let best, patience > 0, evaluationInterval > 0 else { return false }
    return step - best.step >= patience * evaluationInterval
  }
}
