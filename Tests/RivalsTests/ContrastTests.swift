import Foundation
import Networks
import Randomness
import Rivals
import Runs
import Tensors
import TestSupport
import Testing
import Training

/// Losses that compare pictures, against NumPy in double precision, and what is said of features.
@Suite(.serialized) struct ContrastTests {
  /// What `Golden/make_losses.py` writes.
  struct Golden: Decodable {
    struct Case: Decodable, CustomTestStringConvertible {
      let name: String
      let setting: Double
      let rows, columns: Int
      let embeddings: [Double]
      let loss: Double
      let gradient: [Double]
      var testDescription: String { "\(name) \(setting) \(rows)x\(columns)" }
    }
    struct Rank: Decodable {
      let rows, columns: Int
      let features: [Float]
      let rank: Double
    }
    let cases: [Case]
    let ranks: [Rank]

    static let file = try! JSONDecoder().decode(
      Golden.self,
      from: Data(
        contentsOf: URL(
          filePath: SharedData.packagePath("Tests/RivalsTests/Golden/losses.json"))))
  }

  let tiny: TinyRuns

  init() throws { tiny = try TinyRuns() }

  private func loss(_ one: Golden.Case) throws -> (Tensor) -> TrainingLoop.Loss {
    switch one.name {
    case "simclr":
      let task = try tiny.task(SimCLRTask.self, "objective.temperature=\(one.setting)")
      return { task.comparison(of: $0) }
    case "cmc":
      let task = try tiny.task(
        CMCTask.self, "objective.temperature=\(one.setting)", "trunk.inputChannels=3")
      return { task.comparison(of: $0) }
    default:
      let task = try tiny.task(BarlowTwinsTask.self, "objective.redundancy=\(one.setting)")
      return { task.comparison(of: $0) }
    }
  }

  @Test(arguments: Golden.file.cases)
  func lossAndGradientAreThoseOfNumPy(_ one: Golden.Case) throws {
    let loss = try loss(one)
    for (device, dtype, tolerance) in [
      (Device.reference, DType.f64, 1e-9), (.cpu, .f32, 2e-5),
    ] {
      let z = Tensor(
        one.embeddings, shape: [one.rows, one.columns], dtype: dtype, on: device
      ).watched()
      let value = loss(z).trained
      #expect(abs(value.scalar - one.loss) < tolerance * max(1, abs(one.loss)))
      let found = gradients(of: value, for: [z])[0].doubles
      let largest = one.gradient.map(abs).max()!
      try #require(found.count == one.gradient.count)
      #expect(zip(found, one.gradient).allSatisfy { abs($0 - $1) < 10 * tolerance * largest })
    }
  }

  @Test func theEffectiveRankIsThatOfNumPy() throws {
    for one in Golden.file.ranks {
      let found = try #require(
        EffectiveRank(one.features, rows: one.rows, columns: one.columns))
      #expect(abs(found.value - one.rank) < 1e-3, "\(found.value) \(one.rank)")
      #expect(found.deadShare == 0)
    }
    let same = try #require(EffectiveRank([1, 2, 3, 1, 2, 4], rows: 2, columns: 3))
    #expect(abs(same.deadShare - 2.0 / 3) < 1e-12)
    let none = try #require(EffectiveRank([0, 0, 0, 0], rows: 2, columns: 2))
    #expect(none.value == 0 && none.deadShare == 1)
    #expect(EffectiveRank([0, .nan], rows: 1, columns: 2) == nil)
  }

  /// The last convolution says nothing: all features are alike from the first step on.
  @Test func aCollapseIsWarnedOfWithinTwoLogIntervals() throws {
    let rival = TinyRival.all.first { $0.name == "simclr" }!
    func warnings(_ run: String) throws -> [Int] {
      try tiny.journal(run).compactMap {
        if case .note(let step, let text) = $0, text.contains("the features collapse") {
          step
        } else {
          nil
        }
      }
    }
    let planted = """
      initialization.fillers=[{layers: [conv7_3], deviation: 0, bias: -1}]
      """
    try tiny.start("collapsed", rival, planted, "iterations=12", "logInterval=3")
    #expect(try warnings("collapsed") == [6])
    let records = try tiny.journal("collapsed").compactMap {
      if case .step(let record) = $0 { record } else { nil }
    }
    #expect(records.count == 4)
    #expect(records.allSatisfy { $0.more["effectiveRank"]! < 1.01 })
    try tiny.start("sound", rival, "iterations=12", "logInterval=3")
    #expect(try warnings("sound").isEmpty)
    let ranks = try tiny.evaluations("sound").map { $0["trunk/effectiveRank"]! }
    #expect(ranks.allSatisfy { $0 > 1 && $0 <= 2 })
    // A run that goes on says what one that never stopped says.
    let rehearsal = try ResumeRehearsal(
      tiny.configuration(SimCLRTask.self, rival.settings + [planted]), folder: tiny.folder,
      points: 3, key: RandomKey(seed: 4))
    let report = try rehearsal.run(environment: TinyRuns.environment)
    #expect(report.isSame, "\(report)")
  }

  /// The head for colors is asked for those that a view had before they were changed.
  @Test func colorsAreThoseBeforeTheyAreChanged() throws {
    let sample = Samples.noise(48, seed: 1)
    func codes(_ settings: String...) throws -> ColorCodes? {
      let configuration = try tiny.configuration(
        SimCLRTask.self, settings + ["objective.views.minimumArea=0.5"])
      return try Pretraining(configuration).task.batch(of: [sample]).colors
    }
    #expect(try codes()?.count == nil)
    let changed = try #require(try codes("objective.colorWeight=1"))
    let plain = try #require(
      try codes(
        "objective.colorWeight=1", "objective.views.jittered=0", "objective.views.gray=0",
        "objective.views.blurred=0"))
    #expect(changed.count == 2 && changed.rows == 8 && changed.classes.count == 2 * 10 * 64)
    #expect(changed.classes == plain.classes && changed.shares == plain.shares)
    // Both views have colors of their own.
    #expect(changed.classes[..<640] != changed.classes[640...])
  }

  /// Where all embeddings are alike nothing is right, however ties are broken.
  @Test func embeddingsThatAreAllAlikeFindNothing() throws {
    let task = try tiny.task(SimCLRTask.self)
    let same = Tensor(filledWith: 1, shape: [8, 4], on: .cpu)
    let loss = task.comparison(of: same)
    #expect(loss.metrics["accuracy"]!.value == 0)
    #expect(abs(loss.trained.scalar - 1.9459101) < 1e-5)  // ln 7
  }
}
