internal import Tensors

/// What a benchmark makes of one ranked candidate.
public enum RankOutcome: Int8, Sendable {
  /// It is wrong, or an object was found a second time.
  case falsePositive = -1
  /// It concerns a difficult object, and counts neither way.
  case ignored = 0
  /// It is right.
  case truePositive = 1
}

/// How precision falls as recall rises along a ranking, and the average precisions it gives.
///
/// It holds counts, so that recall is compared with k/10 exactly: in floating point `3 * 0.1` lies
/// above 3/10, and tools that compute their thresholds so lose a point of the curve.
public struct PrecisionRecallCurve: Sendable, Equatable {
  /// The number of candidates that should be found.
  public let positives: Int
  /// The true positives up to and including each point of the curve.
  public private(set) var truePositives: [Int] = []
  /// The false positives up to and including each point of the curve.
  public private(set) var falsePositives: [Int] = []

  /// The curve of a ranking, highest score first, with one point for each score that occurs.
  ///
  /// Candidates of equal score share a point, since no threshold parts them: the curve does not
  /// depend on the order in which they were given. VOC's `VOCap.m` parts them in that order.
  /// - Shapes: outcomes, scores [candidates].
  public init(_ outcomes: [RankOutcome], scores: [Double], positives: Int) {
    require(
      scores.count == outcomes.count,
      "PrecisionRecallCurve: \(scores.count) scores for \(outcomes.count) outcomes")
    require(
      zip(scores, scores.dropFirst()).allSatisfy { $0 >= $1 },
      "PrecisionRecallCurve: the scores do not fall")
    self.positives = positives
    var (hits, misses) = (0, 0)
    for (rank, outcome) in outcomes.enumerated() {
      switch outcome {
      case .truePositive: hits += 1
      case .falsePositive: misses += 1
      case .ignored: break
      }
      if rank + 1 < scores.count, scores[rank] == scores[rank + 1] { continue }
      truePositives.append(hits)
      falsePositives.append(misses)
    }
    require(
      hits <= positives, "PrecisionRecallCurve: \(hits) true positives of \(positives) positives")
  }

  /// The share of the positives found at each point; empty when there are no positives.
  public var recall: [Double] {
    positives == 0 ? [] : truePositives.map { Double($0) / Double(positives) }
  }

  /// The share of the candidates that are right at each point; nil while all have been ignored.
  public var precision: [Double?] { truePositives.indices.map(precision(at:)) }

  /// The mean of the highest precisions at recalls of at least 0, 1/10, ..., 1; nil without
  /// positives.
  /// - Source: PASCAL VOC 2005 to 2009, `VOCap.m`.
  public var elevenPointAP: Double? {
    guard positives > 0 else { return nil }
    var (sum, best, threshold) = (0.0, 0.0, 10)
    for point in truePositives.indices.reversed() {
      // Points from here on are those whose recall reaches the threshold.
      while threshold >= 0, truePositives[point] * 10 < threshold * positives {
        sum += best
        threshold -= 1
      }
      best = max(best, precision(at: point) ?? 0)
    }
    return (sum + best * Double(threshold + 1)) / 11
  }

  /// The area under the curve made monotone from the right; nil without positives.
  /// - Source: PASCAL VOC 2010 and later, `VOCap.m`.
  public var areaAP: Double? {
    guard positives > 0 else { return nil }
    var (sum, best) = (0.0, 0.0)
    for point in truePositives.indices.reversed() {
      best = max(best, precision(at: point) ?? 0)
      sum += Double(gain(at: point)) * best
    }
    return sum / Double(positives)
  }

  /// The mean of the precisions at which the positives are found; nil without positives.
  /// - Source: `average_precision_score` of scikit-learn 0.19 and later.
  public var uninterpolatedAP: Double? {
    guard positives > 0 else { return nil }
    let sum = truePositives.indices.reduce(0.0) { sum, point in
      sum + Double(gain(at: point)) * (precision(at: point) ?? 0)
    }
    return sum / Double(positives)
  }

  /// The curve made monotone from the right, as `areaAP` integrates it, for figures: at each recall
  /// of `steps` equal ones up to the largest that is reached, the best precision there or beyond.
  /// Empty without positives or candidates.
  public func monotone(steps: Int = 50) -> (recall: [Double], precision: [Double]) {
    guard positives > 0, let found = truePositives.last, found > 0 else { return ([], []) }
    var best = [Double](repeating: 0, count: found + 1)
    for point in truePositives.indices {
      best[truePositives[point]] = max(best[truePositives[point]], precision(at: point) ?? 0)
    }
    for hits in best.indices.dropLast().reversed() { best[hits] = max(best[hits], best[hits + 1]) }
    let count = min(steps, found)
    // The hits that each step needs; no hit at all has the precision of the first.
    let hits = [0] + (1...count).map { ($0 * found + count - 1) / count }
    return (hits.map { Double($0) / Double(positives) }, hits.map { best[$0] })
  }

  private func gain(at point: Int) -> Int {
    truePositives[point] - (point == 0 ? 0 : truePositives[point - 1])
  }

  private func precision(at point: Int) -> Double? {
    let candidates = truePositives[point] + falsePositives[point]
    return candidates == 0 ? nil : Double(truePositives[point]) / Double(candidates)
  }
}
