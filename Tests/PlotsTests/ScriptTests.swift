import Foundation
import Plots
import Statistics
import TestSupport
import Testing

@Suite struct ScriptTests {
  static let small = Figure(
    .lines(
      LineChart(
        x: Axis("epoch"), y: Axis("mAP (%)", range: 0...100),
        series: [
          .init(
            "Color",
            [
              (0, Interval(10)), (1, Interval(mean: 40, low: 35, high: 45, count: 4)),
              (2, Interval(60)),
            ]),
          .init(
            "Gaussian", [(0, Interval(5)), (1, Interval(.nan)), (2, Interval(58))], color: .gray),
        ], levels: [.init("chance", 5)])),
    title: "It's 50% {of} `date`")

  /// To make the text anew after a wanted change, run `make_golden.sh` and look at the difference.
  @Test func theScriptIsTheSameToTheLetter() throws {
    let script = try ScriptTests.small.script(.svg, output: "small.svg")
    let folder = "Tests/PlotsTests/Golden"
    if let target = ProcessInfo.processInfo.environment["PIGMENT_WRITE_GOLDEN_SCRIPT"] {
      try script.write(toFile: target, atomically: true, encoding: .utf8)
    }
    let golden = try String(
      contentsOfFile: SharedData.packagePath("\(folder)/small.gnuplot"), encoding: .utf8)
    #expect(script == golden)
  }

  @Test func wordsAreQuotedSoThatNothingInThemIsRead() throws {
    let words = "a'b\\n\"c\" `rm` @x {y}\u{7}\nsecond 50%"
    let chart = GroupedChart(
      categories: [words], axis: Axis(words), series: [.init(words, [Interval(1)])])
    let script = try Figure(.groups(chart)).script(.svg, output: "it's")
    #expect(script.contains("set output 'it''s'"))
    let quoted = "'a''b\\n\"c\" `rm` @x {y} '.\"\\n\".'second 50%'"
    #expect(script.contains("set label \(quoted) at screen"))
    // gnuplot reads a tick's text as a format.
    #expect(script.contains("'a''b\\n\"c\" `rm` @x {y} '.\"\\n\".'second 50%%' 0.0"))
  }

  @Test func wordsBesideTicksDoNotRunIntoEachOther() throws {
    func labels(width: Int) throws -> [String] {
      let chart = GroupedChart(
        categories: ["a", "b"], axis: Axis("steps"),
        series: [.init("", [Interval(1_000_000), Interval(9_000_000)])], orientation: .sideways)
      let script = try Figure(.groups(chart), width: width).script(.svg, output: "x")
      let line = try #require(script.split(separator: "\n").first { $0.hasPrefix("set xtics") })
      return line.split(separator: "'", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }
    #expect(try labels(width: 900).allSatisfy { !$0.isEmpty })
    let narrow = try labels(width: 300)
    // Every tick has its mark; with 9 letters of 5 points and more, few have words.
    #expect(narrow.count { !$0.isEmpty } <= 4 && narrow.count { $0.isEmpty } >= 1, "\(narrow)")
  }

  @Test func aNameLongerThanItsAxisTakesTwoLines() throws {
    func name(_ label: String) throws -> String {
      let chart = LineChart(
        x: Axis(""), y: Axis(label), series: [.init("", [(0, Interval(1)), (1, Interval(2))])])
      return try Figure(.lines(chart), height: 200).script(.svg, output: "x")
    }
    #expect(try name("training loss").contains("set label 'training loss' at"))
    #expect(
      try name("validation mean average precision of probes (%)").contains(
        "set label 'validation mean'.\"\\n\".'average precision of probes (%)' at")
        || name("validation mean average precision of probes (%)").contains(
          "set label 'validation mean average'.\"\\n\".'precision of probes (%)' at")
    )
  }

  @Test func ticksAreRoundNumbersWithTrueSignsAndGroups() throws {
    func ticks(_ axis: Axis, _ low: Double, _ high: Double) throws -> String {
      let chart = LineChart(
        x: axis, y: Axis(""), series: [.init("", [(low, Interval(0)), (high, Interval(1))])])
      let script = try Figure(.lines(chart)).script(.svg, output: "x")
      return String(script.split(separator: "\n").first { $0.hasPrefix("set xtics") }!)
    }
    #expect(
      try ticks(Axis(""), -20000, 20000) == "set xtics noenhanced ('\u{2212}20,000' -20000.0, "
        + "'\u{2212}10,000' -10000.0, '0' 0.0, '10,000' 10000.0, '20,000' 20000.0)")
    #expect(
      try ticks(Axis(""), 0, 0.3)
        == "set xtics noenhanced ('0.00' 0.0, '0.05' 0.05, '0.10' 0.1, '0.15' 0.15000000000000002, "
        + "'0.20' 0.2, '0.25' 0.25, '0.30' 0.30000000000000004)")
    #expect(
      try ticks(Axis("", scale: .logarithmic), 1e-5, 1) == "set xtics enhanced ('10^{\u{2212}5}' "
        + "1e-05, '10^{\u{2212}4}' 0.0001, '0.001' 0.001, '0.01' 0.01, '0.1' 0.1, '1' 1.0)")
    #expect(
      try ticks(Axis("", scale: .logarithmic), 1, 20)
        == "set xtics enhanced ('1' 1.0, '2' 2.0, '5' 5.0, '10' 10.0, '20' 20.0)")
  }

  @Test func namesAtTheRightDoNotOverlap() throws {
    let series = (0..<6).map { index in
      LineChart.Series("curve \(index)", [(0, Interval(0)), (1, Interval(Double(index) / 100))])
    }
    let chart = LineChart(x: Axis(""), y: Axis("", range: 0...1), series: series)
    let script = try Figure(.lines(chart)).script(.svg, output: "x")
    let heights = script.split(separator: "\n").filter { $0.contains("'curve") }.map { line in
      Double(line.split(separator: "screen ")[2].prefix { $0 != " " })!
    }
    #expect(heights.count == 6)
    #expect(zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 > 0.0499 })
  }

  @Test func aColorThatComesAgainIsToldApart() throws {
    let series = (0..<9).map { index in
      LineChart.Series(
        "curve \(index)", [(0, Interval(0)), (1, Interval(Double(index)))], hasMarkers: true)
    }
    let script = try Figure(.lines(LineChart(x: Axis(""), y: Axis(""), series: series)))
      .script(.svg, output: "x")
    let styles = script.split(separator: /[,\n]/).filter { $0.contains("linespoints") }
      .map { $0.drop { $0 != "w" } }
    #expect(Set(styles).count == 9, "\(styles)")
  }

  @Test func histogramsCountEveryValueOnce() throws {
    let values: [Double] = [0, 0.5, 1, 1.5, 2, 7]
    let chart = Histogram(
      x: Axis("x"), series: [.init("", values)], edges: [0, 1, 2], height: .count)
    let script = try Figure(.histogram(chart)).script(.svg, output: "x")
    // 2 closes the last bin; 7 lies outside.
    #expect(script.contains("0.5 2.0 0.0 1.0 0.0 2.0\n1.5 3.0 1.0 2.0 0.0 3.0\n"))
    let shares = Histogram(
      x: Axis("x"), series: [.init("", [0, 0, 1, 1])], edges: [0, 1, 2], height: .percent)
    #expect(
      try Figure(.histogram(shares)).script(.svg, output: "x").contains("0.5 50.0 0.0 1.0"))
  }

  @Test func whatCannotBeDrawnIsRefused() {
    func error(_ chart: Figure.Chart) -> PlotError? {
      do throws(PlotError) {
        _ = try Figure(chart).script(.svg, output: "x")
        return nil
      } catch { return error }
    }
    let (x, log) = (Axis("x"), Axis("y", scale: .logarithmic))
    let empty = LineChart(x: x, y: x, series: [.init("a", [(0, Interval(.nan))])])
    #expect(error(.lines(empty)) == .nothingToDraw("series 'a'"))
    #expect(error(.lines(LineChart(x: x, y: x, series: []))) == .nothingToDraw("the chart"))
    let zero = LineChart(x: x, y: log, series: [.init("a", [(0, Interval(0)), (1, Interval(1))])])
    #expect(error(.lines(zero)) == .notPositive(series: "a", value: 0))
    let short = GroupedChart(categories: ["a", "b"], axis: x, series: [.init("s", [Interval(1)])])
    #expect(error(.groups(short)) == .wrongCount(series: "s", values: 1, categories: 2))
    let bars = GroupedChart(
      categories: ["a"], axis: log, series: [.init("s", [Interval(1)])], mark: .bars)
    #expect(error(.groups(bars)) == .barsOnLogarithmicAxis)
    let edges = Histogram(x: x, series: [.init("s", [1])], edges: [1, 1])
    #expect(error(.histogram(edges)) == .badEdges)
  }

  @Test func intervalsOfRuns() {
    let runs = [1.0, 2, 3, 4]
    #expect(Interval(meanOf: runs, .range) == Interval(mean: 2.5, low: 1, high: 4, count: 4))
    let deviation = (5.0 / 3).squareRoot()
    func reach(_ spread: Spread) -> Double { Interval(meanOf: runs, spread).high - 2.5 }
    #expect(abs(reach(.standardDeviation) - deviation) < 1e-12)
    #expect(abs(reach(.standardError) - deviation / 2) < 1e-12)
    #expect(abs(reach(.confidence95) - 3.182446305284263 * deviation / 2) < 1e-12)
    #expect(Interval(meanOf: [5], .confidence95) == Interval(5))
    // Quantile 1.9840 at 99 degrees of freedom.
    let many = (0..<100).map { Double($0 % 2) }
    let wide = Interval(meanOf: many, .confidence95).high - 0.5
    let error = Interval(meanOf: many, .standardError).high - 0.5
    #expect(abs(wide / error - 1.9842) < 2e-4)
  }
}
