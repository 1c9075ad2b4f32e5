import Colorization
import Configurations
import Testing
import Training

/// Settings that can learn one batch by heart, and such that cannot.
@Suite struct OverfittingTests {
  let runs = try! TinyRuns()

  private func report(_ settings: String...) throws -> OverfittingReport {
    let configuration = try PretrainingConfiguration<ColorizationTask>(
      yaml: TinyRuns.yaml, source: "tiny", settings: ["data.path=\(runs.data)"] + settings)
    return try Overfitting(LearningRun(Pretraining(configuration))).prove()
  }

  @Test func oneBatchIsLearnedByHeart() throws {
    let found = try report()
    #expect(found.hasLearned, "\(found)")
    #expect(found.name == "divergence" && found.values.count < 200)
    #expect(found.last < 0.5 * found.first!)
    #expect(found.description.hasSuffix("it learns"))
    // The same batch and the same weights begin every time.
    #expect(try report().values == found.values)
  }

  @Test func whatDoesNotLearnIsToldWhy() throws {
    let still = try report("schedule.rate=0")
    #expect(!still.hasLearned && still.values.count == 200)
    #expect(still.description.contains("stands still: raise schedule.rate (0.0)"), "\(still)")
    let wild = try report("schedule.rate=1e30")
    #expect(!wild.hasLearned && wild.faults > 0 || wild.last > wild.first!, "\(wild)")
    #expect(wild.description.contains("lower schedule.rate"), "\(wild)")
  }
}
