import Foundation
import Randomness
import Statistics
import Testing
import Text

@Suite struct StatisticsTests {
  /// Quantiles from the tables printed in textbooks, to their last digit.
  @Test(arguments: [
    (0.975, 1, 12.7062047364), (0.975, 2, 4.3026527297), (0.975, 4, 2.7764451052),
    (0.975, 9, 2.2621571628), (0.975, 30, 2.0422724563), (0.975, 1000, 1.9623390808),
    (0.95, 5, 2.0150483733), (0.025, 2, -4.3026527297), (0.5, 3, 0),
  ])
  func studentQuantilesAreThePublishedOnes(_ p: Double, _ degrees: Int, _ t: Double) {
    #expect(abs(Interval.studentQuantile(p, degrees: degrees) - t) < 1e-9)
  }

  /// R: t.test(c(0.50, 0.52, 0.57))
  @Test func theStudentIntervalIsThatOfR() {
    let interval = Interval.student([0.50, 0.52, 0.57])
    let half = 4.3026527297 * (0.0013 as Double).squareRoot() / (3 as Double).squareRoot()
    #expect(abs(interval.mean - 0.53) < 1e-12 && interval.count == 3)
    #expect(abs(interval.high - interval.mean - half) < 1e-9)
    #expect(abs(interval.mean - interval.low - half) < 1e-9)
    #expect(interval.description == "0.530 [0.440, 0.620]")
    #expect(Interval.student([0.5]).description == "0.500 (n = 1)")
  }

  @Test func pairsCancelWhatTheyShare() {
    let base = [0.1, 0.5, 0.9, 0.3]
    let better = [0.12, 0.53, 0.92, 0.33]
    let paired = Interval.pairedDifference(better, base)
    #expect(paired.excludesZero && abs(paired.mean - 0.025) < 1e-12)
    #expect(!Interval.student(base).excludesZero || Interval.student(base).low > 0)
    #expect(!Interval.pairedDifference([1, -1], [0, 0]).excludesZero)
    #expect(!Interval.student([3]).excludesZero)
    // Two values tell nothing but where they lie.
    let two = Interval.student([1, 2])
    #expect((two.low, two.high, two.isRange) == (1, 2, true) && !two.excludesZero)
    #expect(two.formatted(digits: 1) == "1.5 (range 1.0 to 2.0)")
  }

  @Test func theBootstrapAgreesWithTheoryAndWithItself() {
    var stream = RandomKey(seed: 3).stream()
    let values = (0..<400).map { _ in 5 + 2 * stream.normal() }
    let key = RandomKey(seed: 9)
    let interval = Interval.bootstrap(values, key: key)
    #expect(interval == Interval.bootstrap(values, key: key))
    #expect(interval != Interval.bootstrap(values, key: RandomKey(seed: 10)))
    let student = Interval.student(values)
    #expect(abs(interval.low - student.low) < 0.02 && abs(interval.high - student.high) < 0.02)
    let median = Interval.bootstrap(values, key: key) { $0.sorted()[$0.count / 2] }
    #expect(median.low < 5.1 && median.high > 4.9 && median.high - median.low > 0.2)
  }

  /// 95 of 100 intervals hold the truth: over 2,000 samples, 1,900 +- 3 standard deviations.
  @Test func ninetyFiveOfAHundredIntervalsHoldTheTruth() {
    var stream = RandomKey(seed: 4).stream()
    var held = 0
    for _ in 0..<2000 {
      let interval = Interval.student((0..<5).map { _ in stream.normal() })
      if interval.low <= 0 && interval.high >= 0 { held += 1 }
    }
    #expect(abs(held - 1900) < 30)
  }

  /// Resamples around 0.5 of an estimate of 0.4: the middle 95 % (0.31 to 0.69), 0.1 lower.
  @Test func biasIsTakenOutOfTheBootstrap() {
    let resampled = (0...1000).map { 0.3 + 0.0004 * Double($0) }
    let interval = Interval.unbiased(0.4, resampled: resampled + [.nan], count: 50)
    #expect(abs(interval.low - 0.21) < 1e-9 && abs(interval.high - 0.59) < 1e-9)
    #expect(interval.mean == 0.4 && interval.count == 50)
    #expect(Interval.unbiased(0.4, resampled: [], count: 50).count == 1)
  }

  @Test func tablesAreAligned() {
    var table = Table(["init", "mAP", "95 % interval"])
    table.add(["gaussian", "0.21", "[0.20, 0.22]"])
    table.add(["a|b é", "10.5", ""])
    #expect(
      table.description == """
        init       mAP  95 % interval
        --------  ----  -------------
        gaussian  0.21   [0.20, 0.22]
        a|b é     10.5

        """)
    #expect(
      table.markdown == """
        | init     |  mAP | 95 % interval |
        | -------- | ---: | ------------: |
        | gaussian | 0.21 |  [0.20, 0.22] |
        | a\\|b é   | 10.5 |               |

        """)
  }

  @Test(
    arguments: [
      (0.5, 0, "1"), (0.125, 2, "0.13"), (-0.001, 2, "0.00"), (-1.5, 1, "-1.5"),
      (12.345, 1, "12.3"),
      (.nan, 2, "nan"), (1e20, 2, "1e+20"), (0.05, 3, "0.050"),
    ] as [(Double, Int, String)])
  func numbersHaveFixedDigits(_ value: Double, _ digits: Int, _ text: String) {
    #expect(Table.number(value, digits: digits) == text)
  }

  /// A ratio with equal parts below is a mean; its interval is that of the plain bootstrap.
  @Test func ratiosAreBootstrappedTogether() {
    var stream = RandomKey(seed: 3).stream()
    let values = (0..<300).map { _ in 5 + 2 * stream.normal() }
    let weights = values.map { $0 > 5 ? 3.0 : 1 }
    let statistics: [RatioStatistic] = [
      .init(meanOf: values), .init(values.map { 2 * $0 }, over: .init(repeating: 2, count: 300)),
      .init(zip(values, weights).map { $0 * $1 }, over: weights),
      .init(values.map { $0 * $0 }, over: .init(repeating: 1, count: 300), isRoot: true),
    ]
    let found = Interval.bootstrap(statistics, resamples: 2000, key: RandomKey(seed: 9))
    let plain = Interval.bootstrap(values, resamples: 2000, key: RandomKey(seed: 9))
    #expect(abs(found[0].mean - plain.mean) < 1e-12)
    #expect(abs(found[0].low - plain.low) < 0.02 && abs(found[0].high - plain.high) < 0.02)
    #expect(abs(found[1].low - found[0].low) < 1e-12 && found[0].count == 300)
    #expect(found[2].mean > found[0].high, "larger values weigh more")
    #expect(abs(found[3].mean - (values.map { $0 * $0 }.mean).squareRoot()) < 1e-12)
    #expect(found == Interval.bootstrap(statistics, resamples: 2000, key: RandomKey(seed: 9)))
    // What both share does not blur their difference.
    let more = values.map { $0 + 1 }
    let paired = Interval.bootstrap(
      [statistics[0], .init(meanOf: more)], differences: [(1, 0)], resamples: 500,
      key: RandomKey(seed: 9))
    #expect(paired.count == 3 && paired[1].high - paired[1].low > 0.2)
    #expect(abs(paired[2].mean - 1) < 1e-9 && paired[2].high - paired[2].low < 1e-9)
    let empty = Interval.bootstrap(
      [.init([0, 0], over: [0, 0]), .init([0, 1], over: [0, 1])], resamples: 50,
      key: RandomKey(seed: 1))
    #expect(empty[0].mean.isNaN && empty[1].low == 1)
  }

  /// R: binom::binom.wilson(c(9, 10, 0), 10)
  @Test func sharesStayWithinTheirBoundsAndHaveAWidth() {
    let most = Interval.share(9, of: 10)
    #expect(abs(most.low - 0.595850) < 1e-5 && abs(most.high - 0.982124) < 1e-5)
    let all = Interval.share(10, of: 10)
    #expect(all.mean == 1 && all.high == 1 && abs(all.low - 0.722467) < 1e-5)
    let none = Interval.share(0, of: 10)
    #expect(none.low == 0 && abs(none.high - (1 - all.low)) < 1e-12)
    let same = Interval.shareDifference([true, true, false], [true, true, false])
    #expect(same.mean == 0 && same.low < 0 && same.high > 0)
    let apart = Interval.shareDifference([true, true, true], [false, false, false])
    #expect(apart.mean == 1 && apart.high == 1 && apart.low > 0 && apart.low < 1)
    // Percentages of pictures that are all right, and some that nearly are.
    let statistics = [
      RatioStatistic(meanOf: [100, 100, 100, 100, 100, 100], within: 0...100),
      RatioStatistic(meanOf: [100, 100, 99, 100, 80, 100], within: 0...100),
      RatioStatistic(
        [9000, 1, 2, 3, 4, 5], over: [100, 1, 1, 1, 1, 1], within: 0...100),
    ]
    let found = Interval.bootstrap(statistics, resamples: 500, key: RandomKey(seed: 2))
    #expect(found[0].high == 100 && found[0].low < 100 && found[0].low > 50)
    #expect(found[1].high <= 100 && found[1].low >= 0 && !found[1].isRange)
    #expect(found[2].high - found[2].low > 50, "one picture of six carries nearly all the weight")
    #expect(found[2].low >= 0 && found[2].high <= 100 && !found[2].isRange)
    let few = Interval.bootstrap(
      [RatioStatistic(meanOf: [1, 2, 4])], resamples: 50, key: RandomKey(seed: 2))
    #expect(few[0].isRange && few[0].low >= 1 && few[0].high <= 4)
  }

  /// What earlier versions wrote is no range; a range says so.
  @Test func intervalsAreReadAsTheyWereWritten() throws {
    let old = Data(#"{"mean":1,"low":0,"high":2,"count":9}"#.utf8)
    let read = try JSONDecoder().decode(Interval.self, from: old)
    #expect(read == Interval(mean: 1, low: 0, high: 2, count: 9))
    for interval in [read, .student([1, 2])] {
      let data = try JSONEncoder().encode(interval)
      #expect(try JSONDecoder().decode(Interval.self, from: data) == interval)
      #expect(String(decoding: data, as: UTF8.self).contains("isRange") == interval.isRange)
    }
  }

  @Test func aTableIsCommaSeparated() {
    var table = Table(["a", "b, c"])
    table.add(["say \"so\"", "1.5"])
    #expect(table.csv == "a,\"b, c\"\n\"say \"\"so\"\"\",1.5\n")
  }
}
