internal import Networks
public import Runs
public import Tensors

/// Whether features collapse: said with every logged step by tasks whose loss looks at features of
/// whole pictures, and with every evaluation for all tasks.
///
/// A loss can be low while features say the same of all pictures, or hardly move at all because
/// they do.
public enum FeatureSpread {
  /// The number of directions that features take (`EffectiveRank`), in steps.
  public static let rank = "effectiveRank"
  /// The share of channels that are the same for all pictures of the batch.
  public static let dead = "deadFeatures"
  /// Pictures of a step that are looked at, so that a step costs hardly more.
  public static let mostPictures = 128

  /// Both numbers of maps, to be reported with a step.
  ///
  /// - Shapes: [n, c, h, w].
  public static func metrics(of maps: Tensor) -> [String: Reading] {
    let pooled = maps.detached.globalAveragePool()
    let found = Once { EffectiveRank(maps: pooled, most: mostPictures) }
    return [
      rank: Reading { found.value?.value ?? .nan },
      dead: Reading { found.value?.deadShare ?? .nan },
    ]
  }

  /// What is wrong with the features of a step; nil where nothing is, or nothing is known.
  public static func problem(of record: StepRecord) -> String? {
    if let rank = record.more[rank], rank < leastRank {
      return "features take \(words(rank)) directions (effective rank), hardly more than one"
    }
    if let dead = record.more[dead], dead > mostDead {
      return "\(Int((100 * dead).rounded())) % of the channels are the same for all pictures"
    }
    return nil
  }

  /// Features that are all alike have 1. Those of fresh weights have more than this by far.
  static let leastRank = 1.5
  /// Above this share of dead channels hardly anything is learned.
  static let mostDead = 0.75

  private static func words(_ number: Double) -> String {
    "\((number * 100).rounded() / 100)"
  }

  /// A value that is computed when it is asked for, and then kept.
  private final class Once {
    private let make: () -> EffectiveRank?
    private(set) lazy var value = make()
    init(_ make: @escaping () -> EffectiveRank?) { self.make = make }
  }
}

/// Says that features have collapsed, when two logged steps in a row say so.
struct CollapseWatch {
  /// Logged steps in a row, up to the last, whose features had collapsed.
  private var count = 0

  /// A watch that has seen the steps of a journal, so that a run that goes on says what one that
  /// never stopped says.
  init(after events: [JournalEvent]) {
    for case .step(let record) in events { _ = warning(of: record) }
  }

  /// What to say of a step; nil where there is nothing to say, or it has been said.
  mutating func warning(of record: StepRecord) -> String? {
    guard let problem = FeatureSpread.problem(of: record) else {
      count = 0
      return nil
    }
    count += 1
    guard count == 2 else { return nil }
    return """
      the features collapse: \(problem); a lower schedule.rate, a larger batchSize or other views \
      may help
      """
  }
}
