import Foundation
import Processes
import TestSupport
import Testing

/// The table of exit statuses: each is provoked, and each stands in the README.
@Suite(.serialized, OnABench()) struct ExitStatusTests {
  let bench: Bench

  init() throws {
    bench = try #require(Bench.current)
    guard !bench.holds("scenes.h5") else { return }
    try #require(
      bench.pigment(
        "data build scenes --pretrain 200 --trainval 12 --test 1000 --width 96 --height 96 "
          + "--output scenes.h5"
      ).status == 0)
  }

  private func shell(_ line: String) throws -> Program.Outcome {
    try Program.run(
      "/usr/bin/env",
      [
        "OMP_NUM_THREADS=1", "SWIFT_BACKTRACE=enable=no", "P=\(Program.pigment)", "bash", "-c",
        line,
      ], in: bench.path)
  }

  @Test func everyStatusIsDocumented() throws {
    let page = try String(contentsOfFile: SharedData.packagePath("README.md"), encoding: .utf8)
    let all = ExitStatus.allCases.map(\.rawValue) + Signals.Ending.allCases.map(\.exitCode)
    for status in all { #expect(page.contains("\n| \(status) "), "\(status)") }
  }

  @Test func aLossThatIsNoNumberGivesFour() throws {
    let found = try shell("$P pretrain pretrain.yaml --set schedule.rate=1e30 --run broken")
    #expect(found.status == ExitStatus.divergence.rawValue, "\(found.output)")
  }

  @Test func memoryThatCannotBeHadGivesFive() throws {
    let found = try shell(
      "ulimit -v 3000000; $P pretrain pretrain.yaml --set trunk.width=2 --set batchSize=200 "
        + "--set data.augmentation.size=96 --set evaluationInterval=0 --run large")
    #expect(found.status == ExitStatus.outOfMemory.rawValue, "\(found.output)")
    #expect(found.errors.contains("Error: out of memory: "), "\(found.errors)")
  }

  /// The verbs that take long, each stopped in the middle: within two seconds, and with words.
  @Test(arguments: [
    "pretrain pretrain.yaml --set iterations=100000 --run OUT",
    "pretrain pretrain.yaml --set data.validationSplit=test --set data.validationPictures=1000 "
      + "--set data.augmentation.size=96 --set data.split=train --run OUT",
    "data build scenes --pretrain 4000 --trainval 400 --test 400 --width 160 --height 160 "
      + "--output OUT.h5",
    "proposals build scenes.h5 --threads 1 --output OUT.h5",
    "transfer classify tune.yaml --set data.augmentation.size=96 --set iterations=1 --init he "
      + "--seeds 1 --output OUT",
    "data prior scenes.h5 --step 1 --threads 1 --output OUT.json",
  ]) func signalsAreAnsweredSoon(_ verb: String) throws {
    for (signal, status) in [("TERM", 143), ("INT", 130)] {
      let output = "stopped-\(UUID())"
      let begin = Date()
      let found = try shell(
        """
        set -m; $P \(verb.replacing("OUT", with: output)) & p=$!; sleep 0.7
        date +%s%N >\(output).begin
        kill -\(signal) $p; wait $p; s=$?; date +%s%N >\(output).end; exit $s
        """)
      #expect(found.status == Int32(status), "\(verb): \(found.output)")
      let times = try ["begin", "end"].map {
        try String(contentsOfFile: bench.file("\(output).\($0)"), encoding: .utf8)
      }.compactMap { Double($0.split(separator: "\n")[0]) }
      #expect(times[1] - times[0] < 2.5e9, "\(verb): \((times[1] - times[0]) * 1e-9) s")
      #expect(found.errors.contains("stopped"), "\(verb): \(found.errors)")
      #expect(begin.timeIntervalSinceNow > -60)
    }
  }

  @Test func aSearchThatWasStoppedGoesOn() throws {
    let search = "proposals build scenes.h5 --max 50 --threads 2 --output"
    try #require(try shell("$P \(search) whole.h5").status == 0)
    let first = try shell("set -m; $P \(search) parts.h5 & p=$!; sleep 1; kill -KILL $p; wait $p")
    #expect(first.status == 137 && bench.holds("parts.h5.part"))
    let second = try shell("$P \(search) parts.h5")
    #expect(second.status == 0 && second.errors.contains("goes on after"), "\(second.output)")
    #expect(
      FileManager.default.contentsEqual(
        atPath: bench.file("whole.h5"), andPath: bench.file("parts.h5")))
    #expect(bench.contents.allSatisfy { !$0.hasPrefix("parts.h5.") })
  }

  /// A signal in an evaluation saves the step, and the evaluation is made when the run goes on.
  @Test func anEvaluationThatWasStoppedIsMadeLater() throws {
    let run =
      "pretrain pretrain.yaml --set data.validationSplit=test --set data.validationPictures=400 "
      + "--set data.split=train --set iterations=6 --set evaluationInterval=6 "
      + "--set logInterval=1 --set tensorBoard=false --run"
    try #require(try shell("$P \(run) straight").status == 0)
    let journal = bench.file("stopped/journal.jsonl")
    let first = try shell(
      """
      set -m; $P \(run) stopped & p=$!
      for i in {1..6000}; do grep -q '"step":5' \(journal) 2>/dev/null && break; sleep 0.01; done
      sleep 0.15; kill -TERM $p; wait $p
      """)
    #expect(first.status == 143 || first.status == 0, "\(first.output)")
    #expect(try shell("$P resume stopped").status == 0)
    let last = ["straight", "stopped"].map { bench.file("\($0)/checkpoints/step-6.ckpt") }
    #expect(FileManager.default.contentsEqual(atPath: last[0], andPath: last[1]))
    let events = try ["straight", "stopped"].map { name in
      try String(contentsOfFile: bench.file("\(name)/journal.jsonl"), encoding: .utf8)
        .split(separator: "\n").filter { $0.contains("evaluation") }
    }
    #expect(events[0] == events[1])
  }
}
