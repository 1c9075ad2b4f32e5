import Foundation
import Randomness
import Runs
import Statistics
import Studies
import Testing

@Suite struct ReportTests {
  private func page(_ bench: Bench) throws -> String {
    String(decoding: try bench.report()["report.md"]!, as: UTF8.self)
  }

  /// Gaussian noise scores 20 and 40, colorization 50 and 90; two seeds give a range.
  @Test func tablesHoldTheNumbersThatAHandComputes() throws {
    let bench = try Bench()
    try bench.run()
    let text = try page(bench)
    let recipes = try bench.plan().rows.map(\.recipe)
    func row(_ start: String) -> [String] {
      let line = text.split(separator: "\n").first { $0.hasPrefix("| \(start) ") }!
      return line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    #expect(
      row("gaussian") == [
        "gaussian", "2", "30.0 (range 20.0 to 40.0)", "",
        "small/classify/all/gaussian 1 \(recipes[0].hash.prefix(10))",
        "[1](../classify/all/gaussian-seed1) [2](../classify/all/gaussian-seed2)",
      ])
    #expect(
      row("colorization").prefix(4) == [
        "colorization", "2", "70.0 (range 50.0 to 90.0)", "40.0 (range 30.0 to 50.0)",
      ])
    #expect(row("chance")[2] == "5.0")
    #expect(text.contains("Of 1 pairs of starts, 1 are in the published order (a paper)"))
    #expect(text.contains("Student's t over 2 seeds"))
    #expect(!text.contains(bench.path), "a report holds no path of the machine")
    #expect(!text.contains("Not complete"))
    #expect(text.contains("\nmAP is the mean over 3 of 4 classes.\n"))
  }

  @Test func everyRowsFolderIsThere() throws {
    let bench = try Bench()
    try bench.run()
    let links = try page(bench).matches(of: #/\]\(\.\./([^)]+)\)/#).map { String($0.1) }
    #expect(links.count == 4)
    for link in links { #expect(bench.exists("out/\(link)/evaluation.json")) }
  }

  @Test func csvHasBothIntervalsAndEveryMeasureOfEveryRun() throws {
    let bench = try Bench(Bench.study + "interval: bootstrap\n")
    try bench.run()
    let files = try bench.report()
    func rows(_ name: String) -> [[String]] {
      String(decoding: files[name]!, as: UTF8.self).split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    }
    let summary = rows("summary.csv")
    let cells = Dictionary(uniqueKeysWithValues: zip(summary[0], summary[2]))
    #expect(cells["start"] == "colorization" && cells["pretraining seeds"] == "2")
    #expect(cells["mean"] == "70.0000" && cells["interval"] == "bootstrap")
    // Two values: a quarter of the resamples holds the lower one only, another the higher one.
    #expect([cells["low"], cells["high"]] == ["50.0000", "90.0000"])
    #expect([cells["bootstrap low"], cells["bootstrap high"]] == ["50.0000", "90.0000"])
    #expect([cells["student low"], cells["student high"]] == ["50.0000", "90.0000"])
    #expect(
      [cells["difference"], cells["difference low"], cells["difference high"]] == [
        "40.0000", "30.0000", "50.0000",
      ])
    #expect([cells["chance"], cells["paired seeds"]] == ["5.0000", "2"])
    let runs = rows("runs.csv")
    #expect(runs.count == 1 + 4 * 2)
    #expect(runs.last![3...7] == ["2", "2", "other", "50.0000", ""])
  }

  @Test func pairsAreThoseThatShareASeed() throws {
    let bench = try Bench()
    #expect(throws: RunError.self) { try bench.run(fails: "classify/all/gaussian-seed1") }
    // Only seed 2 has both: 90 and 40.
    #expect(try page(bench).contains("50.0 (n = 1)"))
  }

  @Test func anIntervalIsStudentsUnlessTheBootstrapIsAsked() {
    #expect(IntervalRule.automatic.chosen == .student && IntervalRule.student.chosen == .student)
    #expect(IntervalRule.bootstrap.chosen == .bootstrap)
    #expect(IntervalRule.bootstrap.reason(for: 8).contains("89 for 8"))
    let sixteen = (0..<16).map { Double($0 * $0) }
    #expect(
      IntervalRule.automatic.interval(sixteen, key: RandomKey(seed: 1)) == .student(sixteen))
    // Three values resampled are their lowest alone in 1 of 27 cases, more than 1 in 40.
    let three = IntervalRule.bootstrap.interval([1, 2, 4], key: RandomKey(seed: 1))
    #expect((three.low, three.high) == (1, 4))
    #expect(
      IntervalRule.automatic.interval([1, 2, 4], key: RandomKey(seed: 1)) == .student([1, 2, 4]))
  }

  @Test func figuresAreDrawnAndTheSameBytesEachTime() throws {
    let bench = try Bench(
      Bench.study.replacing(
        "  - {name: all}",
        with:
          "  - {name: all}\n  - {name: low-1, fraction: 0.01}\n  - {name: low-10, fraction: 0.1}"))
    try bench.run()
    let first = try bench.report(figures: true)
    #expect(
      first.keys.filter { $0.hasSuffix(".svg") }.sorted() == [
        "classify-differences.svg", "classify-labels-low-1.svg", "classify-scores.svg",
      ])
    #expect(first.count == 4 + 2 * 3)
    let text = String(decoding: first["report.md"]!, as: UTF8.self)
    #expect(text.contains("](classify-labels-low-1.svg)"))
    #expect(text.contains("## classify, low-1: 1 % of the labels"))
    // A figure of before goes; what a reader put there stays.
    try bench.write("out/report/classify-labels-low-7.svg", "x")
    #expect(try bench.report(figures: true) == first)
    try bench.write("out/report/notes.txt", "x")
    #expect(try bench.report(figures: true).count == first.count + 1)
  }

  @Test func aReportOfNothingSaysSo() throws {
    let bench = try Bench()
    #expect(bench.message { _ = try bench.report() }.contains("holds no finished run"))
    bench.study = bench.study.replacing(
      "    data: voc\n", with: "    data: voc\n    measure: mIU\n")
    try bench.run()
    #expect(
      bench.message { _ = try bench.report() }.contains("has no measure 'mIU'; it has mAP, other"))
  }
}
