import Colorization
import Configurations
import Datasets
import Foundation
import Images
import Randomness
import Runs
import Testing
import Training

/// Runs that go on otherwise than they began: longer, or with their data elsewhere.
@Suite struct LongerRunTests {
  let tiny = try! TinyRuns()

  private typealias Settings = PretrainingConfiguration<ColorizationTask>

  private func resume(_ name: String, moved: MovedFiles = .none) throws -> RunOutcome {
    try Pretraining<ColorizationTask>.resume("\(tiny.folder)/\(name)", moved: moved)
  }

  private func resumeToTheEnd(_ name: String, moved: MovedFiles = .none) throws {
    guard case .finished = try resume(name, moved: moved) else {
      Issue.record("\(name) is not finished")
      return
    }
  }

  /// Where rates do not depend on the number of iterations, a longer run is one that was asked for.
  @Test func aLongerRunIsAsIfItHadBeenAskedFor() throws {
    let constant = "schedule.decay=constant"
    _ = try tiny.start("whole", tiny.configuration(constant, "iterations=9"))
    _ = try tiny.start("short", tiny.configuration(constant))
    let path = "\(tiny.folder)/short"
    #expect(try LongerRun.extend(path, as: Settings.self, to: 9) == [])
    #expect(try LongerRun.extend(path, as: Settings.self, to: 9) == [])
    try resumeToTheEnd("short")
    #expect(try tiny.bytes("short") == tiny.bytes("whole"))
    #expect(try tiny.losses("short") == tiny.losses("whole"))
    let notes = try tiny.journal("short").compactMap {
      if case .note(let step, let text) = $0 { "\(step): \(text)" } else { nil }
    }
    #expect(notes.contains("6: the run is made longer, from 6 iterations to 9"))
    // It can be made longer once more, and goes on with checkpoints of all three lengths.
    #expect(try LongerRun.extend(path, as: Settings.self, to: 10) == [])
    try resumeToTheEnd("short")
    #expect(try tiny.last("short").progress.step == 10)
    #expect(throws: RunError.self) { try LongerRun.extend(path, as: Settings.self, to: 8) }
  }

  @Test func whatDiffersIsSaid() throws {
    _ = try tiny.start("cosine", tiny.configuration("evaluationInterval=4"))
    let said = try LongerRun.extend("\(tiny.folder)/cosine", as: Settings.self, to: 9)
    #expect(said.count == 2)
    #expect(
      said[0] == "the rates of a cosine schedule depend on the number of iterations: the steps up "
        + "to 6 were taken at those of 6")
    #expect(said[1] == "step 6 was evaluated as the last one, if it was reached")
  }

  /// Without the record of earlier configurations, a changed one is refused.
  @Test func aConfigurationChangedByHandIsRefused() throws {
    _ = try tiny.start("run", tiny.configuration())
    let path = "\(tiny.folder)/run"
    _ = try LongerRun.extend(path, as: Settings.self, to: 9)
    try FileManager.default.removeItem(atPath: "\(path)/earlier-configurations.json")
    #expect(throws: RunError.self) { try resume("run") }
  }

  @Test func dataThatMovedAreFoundWhereTheyAre() throws {
    _ = try tiny.start("run", tiny.configuration(), stop: .init(after: 3, saves: true))
    let moved = "\(tiny.folder)/moved.h5"
    try FileManager.default.moveItem(atPath: tiny.data, toPath: moved)
    let error = #expect(throws: RunError.self) { try resume("run") }
    #expect(
      error?.problem.contains("which is not there now; where it was moved, give --data") == true)
    try resumeToTheEnd("run", moved: .init(data: moved))
    #expect(try tiny.last("run").progress.step == 6)

    // Other data of the same place are not the same.
    let source = SceneGenerator(size: (40, 40), key: RandomKey(seed: 4))
    _ = try SceneBuilder(source: source, name: "scenes", pretrain: 40, trainval: 0, test: 0)
      .build(to: tiny.data)
    #expect(throws: RunError.self) { try resume("run", moved: .init(data: tiny.data)) }
  }

  /// Pictures to learn from that are judged by as well are found by their bytes.
  @Test func picturesJudgedByAreNotLearnedFrom() throws {
    let both = "\(tiny.folder)/both.h5"
    var merger = DatasetMerger(
      parts: [.init(tiny.data), .init(tiny.data, split: "copies")])
    merger.isUnlabelled = true
    _ = try merger.build(to: both)
    func source(_ settings: String...) throws -> PretrainingSource {
      try PretrainingSource(
        Settings(
          yaml: TinyRuns.yaml, source: "tiny",
          settings: ["data.path=\(both)", "data.split=copies"] + settings
        ).data)
    }
    let error = #expect(throws: DatasetError.self) { try source() }
    #expect(error?.problem.hasPrefix("2 of its pictures are judged by as well") == true)
    #expect(try source("data.duplicates=drop").train.count == 38)
    #expect(try source("data.duplicates=keep").train.count == 40)
    // Without shared pictures nothing changes, in the digest neither.
    let plain = try tiny.configuration()
    #expect(try plain.digest == tiny.configuration("data.duplicates=refuse").digest)
    #expect(try plain.digest != tiny.configuration("data.duplicates=drop").digest)
    #expect(try !plain.canonicalYAML.contains("duplicates"))
  }
}
