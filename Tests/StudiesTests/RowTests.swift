import Foundation
import Studies
import Testing

/// Rows that a study leaves, and a study elsewhere that takes them as done.
@Suite struct RowTests {
  private func studyWithRows(_ text: String = AxisTests.study) throws -> Bench {
    let bench = try Bench(text + "keeps: [colorization-many, colorization-rescaled]\n")
    bench.rows = "rows"
    return bench
  }

  @Test func whatWasDoneOnceIsDoneElsewhere() throws {
    let bench = try studyWithRows()
    let all = try bench.run()
    let expected = try bench.report()
    #expect(try bench.run() == [])
    #expect(bench.exists("rows/features/colorization-many-seed1.safetensors"))
    #expect(!bench.exists("rows/features/colorization-few-seed1.safetensors"))
    #expect(bench.exists("rows/pretrain/colorization-many-seed1.time.json"))

    // Another folder of runs: nothing is left to do, and the report is the same.
    #expect(try bench.run(output: "elsewhere") == [])
    #expect(try bench.report(output: "elsewhere") == expected)
    let states = try StudyRun(bench.plan(output: "third"), tools: bench.tools).states()
    #expect(Set(states.map(\.state)) == ["done, by its row"] && states.count == all.count)

    // Rows of another recipe count for nothing.
    try bench.write("classify.yaml", "content: other\n")
    let again = try bench.run(output: "fourth")
    #expect(again.allSatisfy { !$0.hasPrefix("pretrain/colorization-many") }, "\(again)")
    #expect(again.contains("frozen/all/gaussian-seed1"))
    // Its trunk was kept; those that were not are made again, with what they need.
    #expect(bench.exists("fourth/features/colorization-many-seed1.safetensors"))
    #expect(again.contains("pretrain/colorization-few-seed1"))
    #expect(again.contains("features/colorization-few-seed1"))
    #expect(!again.contains("pretrain/colorization-rate0.02-seed1"))
  }

  @Test func aRunWithoutARowGetsOne() throws {
    let bench = try studyWithRows()
    bench.rows = nil
    try bench.run()
    bench.rows = "rows"
    #expect(try bench.run() == [])
    #expect(try bench.run(output: "elsewhere") == [])
  }

  @Test func anArchiveThatIsNotTheRowsIsRefused() throws {
    let bench = try studyWithRows()
    try bench.run()
    try bench.write("rows/features/colorization-many-seed1.safetensors", "other")
    try bench.remove("rows/classify/all/colorization-many-seed2.json")
    #expect(
      bench.message { try bench.run(output: "elsewhere") }
        .contains("is not the archive that its row names"))
    try bench.write("rows/classify/all/gaussian-seed1.json", "{")
    #expect(
      bench.message { try bench.run(output: "elsewhere") }.contains("is not the row of a step"))
  }

  @Test func budgetsKnowWhatIsLeft() throws {
    let bench = try studyWithRows()
    let whole = try StudyBudget(
      bench.plan(), stated: ["colorization": .init(imagesPerSecond: 40, overhead: 5)],
      tools: bench.tools)
    // Three trials and two seeds of 80 images, one of 320; 2 s and 8 s with 5 s each beside.
    let line = whole.lines.first { $0.kind == "colorization" }!
    #expect((line.steps, line.images, line.seconds, line.longest) == (6, 720, 48, 13))
    #expect(whole.lines.first { $0.kind == "classify" }!.seconds == nil)
    #expect(abs(whole.hours * 3600 - 48) < 1e-9 && whole.done == 0)
    #expect(
      StudyBudget.Speed.between((16, 5), (48, 7))
        == StudyBudget.Speed(imagesPerSecond: 16, overhead: 4))
    #expect(StudyBudget.Speed.between((16, 5), (48, 5)) == nil)
    let probes = StudyBudget.probes(
      try bench.plan(), of: ["colorization", "classify", "export"], folder: "x")
    #expect(probes.map(\.kind) == ["colorization", "classify"])
    #expect(probes[0].runs.map(\.images) == [128, 384])
    #expect(probes[0].runs[1].arguments.suffix(2) == ["--set", "iterations=48"])
    #expect(probes[0].runs[1].arguments.contains("x/colorization-48"))
    try bench.run()
    let plan = try bench.plan()
    let after = try StudyBudget(plan, tools: bench.tools)
    #expect(after.lines.isEmpty && after.done == plan.steps.count)
  }
}
