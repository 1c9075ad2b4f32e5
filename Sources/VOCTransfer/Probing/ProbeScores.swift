internal import Metrics
internal import Probes
internal import Randomness
public import Statistics

/// How well scores rank test pictures, with intervals over test pictures.
///
/// A resample holds some pictures several times, and the copies of a positive stand side by side in
/// its ranking: average precision is higher there than in new pictures. Intervals are therefore
/// moved by their bias (`Interval.unbiased`).
public struct ProbeScores: Codable, Sendable, Equatable {
  /// Mean over classes of the area average precision (VOC 2010 and later).
  public let area: Interval
  /// Mean over classes of the 11-point average precision (VOC 2007).
  public let elevenPoints: Interval
  /// The share of pictures whose class has the largest score; for pictures of one class each.
  public let accuracy: Interval?
  /// The area average precision of each class; nil where no test picture shows it.
  public let areaByClass: [Double?]
  /// The 11-point average precision of each class.
  public let elevenPointsByClass: [Double?]

  /// Scores of every picture and class; intervals are bootstrapped over `resamples` draws of the
  /// test pictures.
  init(
    _ scores: [Double], _ labels: ProbeLabels, classes: [String], resamples: Int, key: RandomKey
  ) {
    let area = AveragePrecision.area(scores: scores, labels: labels.values, classes: classes)
    let eleven = AveragePrecision.elevenPoints(
      scores: scores, labels: labels.values, classes: classes)
    areaByClass = area.values
    elevenPointsByClass = eleven.values
    let rankings = (0..<labels.classes).map { c in
      ranking(
        stride(from: c, to: scores.count, by: labels.classes).map { scores[$0] }, of: "ProbeScores")
    }
    var (areas, elevens): ([Double], [Double]) = ([], [])
    var stream = key.stream()
    for _ in 0..<resamples {
      var times = [Int](repeating: 0, count: labels.count)
      for _ in 0..<labels.count { times[stream.index(below: labels.count)] += 1 }
      let curves = rankings.indices.map { c in
        Self.curve(rankings[c], scores, labels, c, times)
      }
      areas.append(definedMean(curves.map(\.areaAP)) ?? .nan)
      elevens.append(definedMean(curves.map(\.elevenPointAP)) ?? .nan)
    }
    let n = labels.count
    self.area = .unbiased(area.mean ?? .nan, resampled: areas, count: n).clamped(to: 0...1)
    elevenPoints = .unbiased(eleven.mean ?? .nan, resampled: elevens, count: n).clamped(to: 0...1)
    accuracy = labels.isSingle ? .share(labels.right(by: scores), of: n) : nil
  }

  /// The curve of one class where picture i occurs `times[i]` times.
  private static func curve(
    _ ranking: [Int], _ scores: [Double], _ labels: ProbeLabels, _ c: Int, _ times: [Int]
  ) -> PrecisionRecallCurve {
    var (outcomes, ranked, positives): ([RankOutcome], [Double], Int) = ([], [], 0)
    outcomes.reserveCapacity(labels.count)
    ranked.reserveCapacity(labels.count)
    for picture in ranking {
      let label = labels.values[picture * labels.classes + c]
      guard label != 0 else { continue }
      let score = scores[picture * labels.classes + c]
      for _ in 0..<times[picture] {
        outcomes.append(label == 1 ? .truePositive : .falsePositive)
        ranked.append(score)
      }
      if label == 1 { positives += times[picture] }
    }
    return PrecisionRecallCurve(outcomes, scores: ranked, positives: positives)
  }
}
