import Files
import Foundation
import Runs
import TestSupport
import Testing

/// What `pigment runs` says of a folder is what its files say.
@Suite struct RunSummaryTests {
  let folder = NSTemporaryDirectory() + "pigment-runs-\(UUID())"

  private func write(_ text: String, _ name: String) throws {
    let path = "\(folder)/\(name)"
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  private func writeRun(_ name: String, steps: Int) throws {
    try write("task: rotation\niterations: 20\n", "\(name)/configuration.yaml")
    let record = EnvironmentRecord.current(
      pigment: "1", device: "cpu", threads: 1, dataHash: "", seed: 0)
    try write(try JSON.text(of: record), "\(name)/environment.json")
    let events: [JournalEvent] = [
      .evaluation(step: 0, metrics: ["a": 3, "b": 1]),
      .step(.init(step: 10, loss: 2.5, rate: 1, imagesPerSecond: 1, dataWait: 0)),
      .evaluation(step: 10, metrics: ["a": 5]), .note(step: 10, text: "something"),
      .evaluation(step: steps, metrics: ["a": 4]),
    ]
    try write(
      try events.map { try JSON.text(of: $0, .line) }.joined(separator: "\n") + "\n",
      "\(name)/journal.jsonl")
    try write("x", "\(name)/checkpoints/step-10.ckpt")
    try write("xyz", "\(name)/checkpoints/step-9.ckpt")
  }

  @Test func aRunSaysHowFarItCame() throws {
    try writeRun("one", steps: 15)
    let run = try RunSummary("\(folder)/one")
    #expect((run.task, run.start, run.steps, run.iterations) == ("rotation", nil, 15, 20))
    #expect((run.loss, run.isFinished, run.state) == (2.5, false, "step 15 of 20"))
    #expect(run.checkpoints == [9, 10])
    #expect(run.notes.map(\.text) == ["something"])
    #expect(run.best("a", lowest: false).map { [Double($0.step), $0.value] } == [10, 5])
    #expect(run.best("a", lowest: true).map { [Double($0.step), $0.value] } == [0, 3])
    #expect(run.best("b", lowest: false)?.step == 0)
    #expect(run.best("c", lowest: false) == nil)
    try writeRun("two", steps: 20)
    #expect(try RunSummary("\(folder)/two").state == "finished")
    // A result is there before all steps where the run ended early.
    try write("{}", "one/evaluation.json")
    #expect(try RunSummary("\(folder)/one").isFinished)
  }

  @Test func runsAreFoundAtAnyDepth() throws {
    try writeRun("b/x/y", steps: 1)
    try writeRun("a", steps: 1)
    try write("", "c/nothing")
    #expect(try RunSummary.folders(in: folder) == ["\(folder)/a", "\(folder)/b/x/y"])
    #expect(throws: RunError.self) { try RunSummary("\(folder)/c") }
  }

  @Test func tasksAreJudgedByTheirMostTellingMetric() {
    for (names, metric, order) in [
      (["validation/loss", "validation/accuracy"], "validation/accuracy", .highest),
      (["validation/rmse", "validation/divergence", "validation/auc"], "validation/auc", .highest),
      (["validation/rmse", "validation/divergence"], "validation/divergence", .lowest),
      (["validation/mAP"], "validation/mAP", .highest),
      (["validation/loss", "validation/colorLoss"], "validation/loss", .lowest),
    ] as [([String], String, CheckpointSelection.Order)] {
      let found = CheckpointSelection.usual(
        among: Dictionary(uniqueKeysWithValues: names.map { ($0, 0.5) }))
      #expect(found?.metric == metric && found?.order == order)
    }
    #expect(CheckpointSelection.usual(among: ["trunk/loss": 1, "knn": 2]) == nil)
  }
}
