import Foundation
import Metrics
import Randomness
import Statistics
import TestSupport
import Testing
import Text

/// How often intervals hold the truth, by simulation with fixed keys: results/intervals/README.md.
@Suite struct CoverageTests {
  /// One way to make an interval, on one kind of values.
  struct Case: Sendable, CustomStringConvertible {
    let name: String
    /// The coverage in percent that is asked; where none is, any number is a finding.
    let asked: ClosedRange<Double>?
    let repetitions: Int
    let truth: Double
    let interval: @Sendable (inout RandomStream, RandomKey) -> Interval
    var description: String { name }

    /// The share of intervals that hold the truth, and of those that are called ranges, in percent.
    var found: (coverage: Double, ranges: Double) {
      let key = RandomKey(seed: 17).folding(name)
      var stream = key.stream()
      var (held, ranges) = (0, 0)
      for repetition in 0..<repetitions {
        let interval = interval(&stream, key.folding(repetition))
        if interval.low <= truth && truth <= interval.high { held += 1 }
        if interval.isRange { ranges += 1 }
      }
      let percent = 100 / Double(repetitions)
      return (percent * Double(held), percent * Double(ranges))
    }
  }

  /// Values of a normal distribution around 5, and of a lognormal one.
  private static func normal(_ stream: inout RandomStream, _ count: Int) -> [Double] {
    (0..<count).map { _ in 5 + stream.normal() }
  }
  private static func skewed(_ stream: inout RandomStream, _ count: Int) -> [Double] {
    (0..<count).map { _ in exp(0.5 * stream.normal()) }
  }
  private static let skewedMean = exp(0.125)

  private static let seeds: [Case] = [3, 5, 8, 16].flatMap { count in
    [
      Case(
        name: "Student's t, \(count) seeds, normal", asked: 93...97, repetitions: 2000, truth: 5
      ) { stream, _ in .student(normal(&stream, count)) },
      Case(
        name: "Student's t, \(count) seeds, lognormal 0.5", asked: 91...97, repetitions: 2000,
        truth: skewedMean
      ) { stream, _ in .student(skewed(&stream, count)) },
    ]
  }

  private static let resampled: [Case] = [3, 8, 16].map { count in
    Case(
      name: "percentile bootstrap on request, \(count) seeds, normal", asked: nil,
      repetitions: 1000, truth: 5
    ) { stream, key in .bootstrap(normal(&stream, count), resamples: 500, key: key) }
  }

  /// Weights exp(scatter z) of 47 pictures and scores in 0...1 that fall with the weight where they
  /// are bound to it: a rebalanced AuC.
  private static func weighted(
    _ stream: inout RandomStream, _ scatter: Double, bound: Bool
  ) -> RatioStatistic {
    var (above, below): ([Double], [Double]) = ([], [])
    for _ in 0..<47 {
      let z = stream.normal()
      let logit = 0.5 + 0.8 * stream.normal() - (bound ? 0.5 * z : 0)
      below.append(exp(scatter * z))
      above.append(exp(scatter * z) / (1 + exp(-logit)))
    }
    return RatioStatistic(above, over: below, within: 0...1)
  }

  private static let ratios: [Case] = [(1.5, false), (1.5, true), (2, false), (2, true)].flatMap {
    scatter, bound in
    let kind =
      "47 pictures, ratio, weights lognormal \(scatter)" + (bound ? ", heavy pictures worse" : "")
    let truth = trueRatio(scatter, bound: bound)
    return [
      Case(name: "bootstrap-t, \(kind)", asked: 90...100, repetitions: 2000, truth: truth) {
        stream, key in
        Interval.bootstrap([weighted(&stream, scatter, bound: bound)], resamples: 500, key: key)[0]
      },
      Case(
        name: "percentile bootstrap of before, \(kind)", asked: nil, repetitions: 1000, truth: truth
      ) {
        stream, key in
        let ratio = weighted(&stream, scatter, bound: bound)
        return .bootstrap((0..<47).map(Double.init), resamples: 500, key: key) { drawn in
          var (above, below) = (0.0, 0.0)
          for place in drawn {
            above += ratio.numerators[Int(place)]
            below += ratio.denominators[Int(place)]
          }
          return above / below
        }
      },
    ]
  }

  private static let pictures: [Case] = [
    Case(
      name: "bootstrap-t, 47 pictures, mean, normal", asked: 93...97, repetitions: 600, truth: 5
    ) { stream, key in
      Interval.bootstrap([.init(meanOf: normal(&stream, 47))], resamples: 500, key: key)[0]
    },
    Case(
      name: "bootstrap-t, 47 pictures, mean, lognormal 0.5", asked: 91...97, repetitions: 600,
      truth: skewedMean
    ) { stream, key in
      Interval.bootstrap([.init(meanOf: skewed(&stream, 47))], resamples: 500, key: key)[0]
    },
    Case(
      name: "bootstrap-t, 47 pictures, paired difference of means, lognormal 0.5", asked: 91...97,
      repetitions: 600, truth: skewedMean
    ) { stream, key in
      let shared = normal(&stream, 47)
      let more = zip(shared, skewed(&stream, 47)).map(+)
      return Interval.bootstrap(
        [.init(meanOf: more), .init(meanOf: shared)], differences: [(0, 1)], resamples: 500,
        key: key)[2]
    },
  ]

  /// The ratio of the expected sums. Weighting by exp(scatter z) moves the mean of z by `scatter`,
  /// so that it is the mean of a logistic function of a normal number.
  private static func trueRatio(_ scatter: Double, bound: Bool) -> Double {
    let middle = 0.5 - (bound ? 0.5 * scatter : 0)
    let spread = (0.8 * 0.8 + (bound ? 0.25 : 0)).squareRoot()
    var (above, below) = (0.0, 0.0)
    for step in -4000...4000 {
      let x = Double(step) / 500
      let density = exp(-x * x / 2)
      above += density / (1 + exp(-(middle + spread * x)))
      below += density
    }
    return above / below
  }

  private static let shares: [Case] = [0.5, 0.9, 0.98].flatMap { share in
    [
      Case(
        name: "Wilson, 47 pictures, share \(share)", asked: 92...99.9, repetitions: 2000,
        truth: share
      ) { stream, _ in
        .share((0..<47).count { _ in stream.uniform() < share }, of: 47)
      },
      Case(
        name: "Agresti and Min, 47 pictures, shares \(share) and 0.6", asked: 93...99.9,
        repetitions: 2000, truth: share - 0.6
      ) { stream, _ in
        let first = (0..<47).map { _ in stream.uniform() < share }
        return .shareDifference(first, first.map { _ in stream.uniform() < 0.6 })
      },
    ]
  }

  /// Labels and scores of pictures of which three in ten show a class, by a middling classifier.
  private static func ranked(_ stream: inout RandomStream) -> (scores: [Double], labels: [Int8]) {
    let labels = (0..<200).map { _ -> Int8 in stream.uniform() < 0.3 ? 1 : -1 }
    return (labels.map { Double($0) / 2 + stream.normal() }, labels)
  }

  /// What `ranked` pictures come to on average.
  private static let expectedPrecision = {
    var stream = RandomKey(seed: 18).stream()
    return (0..<2000).map { _ -> Double in
      let (scores, labels) = ranked(&stream)
      return AveragePrecision.area(scores: scores, labels: labels)!
    }.mean
  }()

  private static let precision = Case(
    name: "bootstrap moved by its bias, 200 pictures, average precision", asked: 90...97,
    repetitions: 400, truth: expectedPrecision
  ) { stream, key in
    let (scores, labels) = ranked(&stream)
    var draws = key.stream()
    let resampled = (0..<200).map { _ -> Double in
      let rows = scores.indices.map { _ in draws.index(below: scores.count) }
      return AveragePrecision.area(scores: rows.map { scores[$0] }, labels: rows.map { labels[$0] })
        ?? .nan
    }
    return .unbiased(
      AveragePrecision.area(scores: scores, labels: labels)!, resampled: resampled,
      count: scores.count)
  }

  static let cases =
    seeds
    + [
      Case(
        name: "range of 2 seeds, normal", asked: nil, repetitions: 2000, truth: 5
      ) { stream, _ in .student(normal(&stream, 2)) }
    ] + resampled + pictures + ratios + [precision] + shares

  @Test(arguments: cases)
  func intervalsHoldTheTruthAsOftenAsTheyShould(_ one: Case) throws {
    let (coverage, ranges) = one.found
    if let asked = one.asked {
      #expect(asked.contains(coverage), "\(one): \(coverage) %")
    }
    let row =
      "| \(one) | \(Table.number(coverage, digits: 1)) | \(Table.number(ranges, digits: 0)) |"
    let page = try String(
      contentsOfFile: SharedData.packagePath("results/intervals/README.md"), encoding: .utf8)
    let line = page.split(separator: "\n").first { $0.hasPrefix("| \(one) |") }
    let cells = line?.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    let written = try #require(
      cells.flatMap { Double($0[1]) }, "results/intervals/README.md lacks \(row)")
    // Other processors' exponential functions may decide a repetition otherwise.
    #expect(abs(written - coverage) <= 0.5, "results/intervals/README.md should say \(row)")
  }
}
