internal import Metrics
internal import Probes
internal import Processes
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
    let rankings = (0..<labels.classes).map { c in Ranking(scores, labels, c) }
    var stream = key.stream()
    let draws = (0..<resamples).map { _ in
      var times = [Int32](repeating: 0, count: labels.count)
      for _ in 0..<labels.count { times[stream.index(below: labels.count)] += 1 }
      return times
    }
    let means = inParallel(resamples) { draw in
      let found = rankings.map { $0.precisions(draws[draw]) }
      return (
        area: definedMean(found.map { $0?.area }) ?? .nan,
        eleven: definedMean(found.map { $0?.elevenPoints }) ?? .nan
      )
    }
    let (areas, elevens) = (means.map(\.area), means.map(\.eleven))
    let n = labels.count
    self.area = .unbiased(area.mean ?? .nan, resampled: areas, count: n).clamped(to: 0...1)
    elevenPoints = .unbiased(eleven.mean ?? .nan, resampled: elevens, count: n).clamped(to: 0...1)
    accuracy = labels.isSingle ? .share(labels.right(by: scores), of: n) : nil
  }
}

/// The ranking of one class, of which pictures may occur several times.
///
/// Equal to `PrecisionRecallCurve` of the pictures repeated, without making them.
private struct Ranking: Sendable {
  /// The pictures that are known to show the class or not, from the highest score on, and whether
  /// they show it.
  private var pictures: [Int32] = []
  private var isPositive: [Bool] = []
  /// Whether the next one has another score.
  private var isLastOfItsScore: [Bool] = []

  init(_ scores: [Double], _ labels: ProbeLabels, _ c: Int) {
    let own = stride(from: c, to: scores.count, by: labels.classes).map { scores[$0] }
    var ranked: [Double] = []
    for picture in ranking(own, of: "ProbeScores") {
      let label = labels.values[picture * labels.classes + c]
      guard label != 0 else { continue }
      pictures.append(Int32(picture))
      isPositive.append(label == 1)
      ranked.append(own[picture])
    }
    isLastOfItsScore = ranked.indices.map {
      $0 + 1 == ranked.count || ranked[$0] != ranked[$0 + 1]
    }
  }

  /// Both average precisions where picture i occurs `times[i]` times; nil without positives.
  func precisions(_ times: [Int32]) -> (area: Double, elevenPoints: Double)? {
    var (hits, misses) = (0, 0)
    for place in pictures.indices {
      let count = Int(times[Int(pictures[place])])
      if isPositive[place] { hits += count } else { misses += count }
    }
    guard hits > 0 else { return nil }
    let positives = hits
    var (area, best) = (0.0, 0.0)
    var (sum, highest, threshold) = (0.0, 0.0, 10)
    // From the last point of the curve to the first; of a point, what it gains is known when the
    // one before it is reached.
    var gain = 0
    for place in pictures.indices.reversed() {
      if isLastOfItsScore[place] {
        area += Double(gain) * best
        gain = 0
        while threshold >= 0, hits * 10 < threshold * positives {
          sum += highest
          threshold -= 1
        }
        let precision = hits + misses > 0 ? Double(hits) / Double(hits + misses) : 0
        best = max(best, precision)
        highest = best
      }
      let count = Int(times[Int(pictures[place])])
      if isPositive[place] {
        hits -= count
        gain += count
      } else {
        misses -= count
      }
    }
    area += Double(gain) * best
    return (area / Double(positives), (sum + highest * Double(threshold + 1)) / 11)
  }
}
