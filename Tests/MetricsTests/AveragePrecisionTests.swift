import Metrics
import Randomness
import Testing

@Suite struct AveragePrecisionTests {
  struct Expected: Decodable {
    let ap_voc07_11pt, ap_voc10_area, ap_sklearn_uninterpolated, ap_philkr: Double

    subscript(_ convention: AveragePrecision) -> Double {
      switch convention {
      case .elevenPoints: ap_voc07_11pt
      case .area: ap_voc10_area
      case .uninterpolated: ap_sklearn_uninterpolated
      case .positivesLosingTies: ap_philkr
      }
    }
  }
  struct Ties: Decodable {
    let labels: [Int8]
    let scores: [Double]
    let ap_philkr, ap_sklearn_uninterpolated: Double
  }
  struct File: Decodable {
    let classes: [String]
    let labels: [[Int8]]
    let scores: [[Double]]
    let expected: [String: Expected]
    let expected_mean: Expected
    let ties: Ties
  }

  @Test(arguments: GoldenSource.present, AveragePrecision.allCases)
  func agreesWithTheToolsOfTheBenchmarks(_ source: GoldenSource, _ ap: AveragePrecision) throws {
    let file: File = try source.load("classification.json")
    let result = ap(
      scores: file.scores.flatMap { $0 }, labels: file.labels.flatMap { $0 },
      classes: file.classes)
    #expect(agree(result.values, file.classes.map { file.expected[$0]![ap] }))
    #expect(agree(result.mean, file.expected_mean[ap]))
    #expect(result.undefined == [])
    #expect(file.labels.joined().contains(0), "the values must hold difficult pictures")
  }

  /// One positive of n stands at each place as likely as at any other: 1 / n (1 + 1/2 + ... + 1/n),
  /// three times the share of positives here.
  @Test(arguments: [AveragePrecision.area, .elevenPoints, .uninterpolated])
  func chanceIsWhatRandomRankingsScore(_ ap: AveragePrecision) throws {
    let one = [Int8](repeating: -1, count: 9) + [1]
    let expected = (1...10).reduce(0) { $0 + 1 / Double($1) } / 10
    let chance = try #require(ap.chance(labels: one, classes: 1, rankings: 4000))
    #expect(abs(chance - expected) < 0.02, "\(chance), not \(expected)")
    #expect(chance == ap.chance(labels: one, classes: 1, rankings: 4000))
    // A class that nobody shows has no part in the mean; difficult pictures have none either.
    let two: [Int8] = one.flatMap { [$0, -1] } + [0, -1]
    let same = try #require(ap.chance(labels: two, classes: 2, rankings: 4000))
    #expect(abs(same - expected) < 0.02, "\(same), not \(expected)")
    #expect(ap.chance(labels: [-1, -1], classes: 1) == nil)
  }

  @Test func theMonotoneCurveHasTheAreaBelowIt() throws {
    let file: File = try GoldenSource.committed.load("classification.json")
    for (c, name) in file.classes.enumerated() {
      let curve = AveragePrecision.area.curve(file.scores.map { $0[c] }, file.labels.map { $0[c] })
      let whole = curve.monotone(steps: .max)
      let steps = zip(whole.recall, whole.recall.dropFirst()).map { $1 - $0 }
      let area = zip(steps, whole.precision.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(agree(area, file.expected[name]!.ap_voc10_area))
      let few = curve.monotone(steps: 4)
      #expect(few.recall.count == min(4, curve.truePositives.last!) + 1 && few.recall[0] == 0)
      #expect(few.recall.last == whole.recall.last && few.precision.last == whole.precision.last)
      #expect(zip(few.precision, few.precision.dropFirst()).allSatisfy { $0 >= $1 })
    }
    #expect(
      PrecisionRecallCurve([.falsePositive], scores: [1], positives: 0).monotone().recall == [])
  }

  @Test func tiedScoresShareAThreshold() throws {
    let ties = try GoldenSource.committed.load("classification.json", as: File.self).ties
    let plain = AveragePrecision.uninterpolated(scores: ties.scores, labels: ties.labels)
    #expect(agree(plain, ties.ap_sklearn_uninterpolated))
    let losing = AveragePrecision.positivesLosingTies(scores: ties.scores, labels: ties.labels)
    #expect(agree(losing, ties.ap_philkr))
  }

  @Test func positivesLoseTiesOnlyWhereAsked() {
    // A lead of 1e-6 is less than what positives lose.
    let (scores, labels): ([Double], [Int8]) = ([1.000_001, 1, 0], [1, -1, -1])
    #expect(agree(AveragePrecision.uninterpolated(scores: scores, labels: labels), 1))
    #expect(agree(AveragePrecision.positivesLosingTies(scores: scores, labels: labels), 0.5))
  }

  /// A network that gives every picture the same score knows nothing: its precision is the share of
  /// positives, in whatever order the pictures come.
  @Test(arguments: AveragePrecision.allCases)
  func aConstantScoreIsWorthTheShareOfPositives(_ ap: AveragePrecision) {
    for labels in [[1, 1, -1, -1], [-1, 1, -1, 1], [-1, -1, 1, 1]] as [[Int8]] {
      #expect(agree(ap(scores: [2, 2, 2, 2], labels: labels), 0.5), "\(labels)")
    }
    #expect(ap.title.contains("ties") || ap.title.contains(AveragePrecision.tieRule))
  }

  /// Coarse scores, so that most are tied, in many orders of the pictures.
  @Test(arguments: AveragePrecision.allCases)
  func theOrderOfPicturesIsOfNoAccount(_ ap: AveragePrecision) throws {
    var stream = RandomKey(seed: 5).stream()
    let labels = (0..<60).map { _ -> Int8 in [-1, -1, 1, 0][stream.index(below: 4)] }
    let scores = labels.map { Double(stream.index(below: 4)) + Double($0) }
    let value = try #require(ap(scores: scores, labels: labels))
    for _ in 0..<20 {
      let order = stream.permutation(labels.count)
      #expect(ap(scores: order.map { scores[$0] }, labels: order.map { labels[$0] }) == value)
    }
  }

  @Test(arguments: AveragePrecision.allCases)
  func classesWithoutPositivesAreNamed(_ ap: AveragePrecision) {
    let result = ap(
      scores: [2, 0, 1, 1, 1, 0], labels: [1, -1, 0, -1, -1, 0], classes: ["cat", "dog", "emu"])
    #expect(result.values[1] == nil && result.values[2] == nil)
    #expect(result.undefined == ["dog", "emu"])
    #expect(agree(result.mean, 1))
    let none = ap(scores: [1, 2], labels: [-1, 0], classes: ["cat", "dog"])
    #expect(none.mean == nil)
  }

  @Test func recallIsComparedWithExactTenths() {
    // 3 of 10 found reaches recall 3/10, which 3 * 0.1 does not say in floating point.
    let outcomes: [RankOutcome] = [.truePositive, .truePositive, .truePositive]
    let curve = PrecisionRecallCurve(outcomes, scores: [3, 2, 1], positives: 10)
    #expect(agree(curve.elevenPointAP, 4 / 11.0))
    #expect(agree(curve.areaAP, 0.3))
    #expect(agree(PrecisionRecallCurve([], scores: [], positives: 3).elevenPointAP, 0))
    #expect(PrecisionRecallCurve([.falsePositive], scores: [1], positives: 0).elevenPointAP == nil)
  }
}
