import Foundation
import Studies
import Testing

/// Studies with an axis of images seen: points, rates that are tried, variants, the order of work.
@Suite struct AxisTests {
  static let study = """
    name: curves
    points: {few: 80, many: 320}
    data:
      photographs: {path: PATH/photographs.h5}
      voc: {path: PATH/voc.h5, proposals: PATH/proposals.h5}
    pretexts:
      - name: colorization
        configuration: PATH/pretrain.yaml
        data: photographs
        points: {few: 2, many: 1}
        rates: {values: [0.01, 0.02, 0.03], by: loss, lowest: true, at: few}
        variants: [{name: rescaled, rescale: true, points: [many]}]
    starts: [gaussian, colorization, colorization-rescaled]
    tasks:
      - name: frozen
        verb: segment
        configuration: PATH/classify.yaml
        data: voc
        sharesTrunks: false
        classes: [cat, dog]
        starts: [gaussian, colorization]
      - name: classify
        verb: classify
        configuration: PATH/classify.yaml
        data: voc
        starts: [gaussian, colorization-many, colorization-rescaled]
        after: many
        rates: {values: [0.01, 0.02], by: loss, settings: [heldOutFraction=0.1]}
    regimes:
      - {name: all}
      - name: longer
        tasks: [classify]
        starts: [gaussian]
        settings: [iterations=30]
        ratesOf: all
    seeds: 2

    """

  @Test func pointsAreStartsOfTheirOwnInTheOrderOfTheAxis() throws {
    let plan = try Bench(Self.study).plan()
    #expect(
      plan.study.starts == [
        "gaussian", "colorization-few", "colorization-many", "colorization-many-rescaled",
      ])
    let ids = plan.steps.map(\.id)
    let few = ["0.01", "0.02", "0.03"].map { "pretrain/colorization-rate\($0)-seed1" }
    #expect(
      Array(ids.prefix(15)) == ["frozen/all/gaussian-seed1", "frozen/all/gaussian-seed2"] + few + [
        "pretrain/colorization-few-seed1", "features/colorization-few-seed1",
        "pretrain/colorization-few-seed2", "features/colorization-few-seed2",
        "frozen/all/colorization-few-seed1", "frozen/all/colorization-few-seed2",
        "pretrain/colorization-many-seed1", "features/colorization-many-seed1",
        "features/colorization-many-rescaled-seed1", "frozen/all/colorization-many-seed1",
      ])
    for step in plan.steps {
      for before in step.needs + (step.choice?.trials.map(\.step) ?? []) {
        #expect(ids.firstIndex(of: before)! < ids.firstIndex(of: step.id)!, "\(step.id)")
      }
    }
    // What waits for a point comes after all of it.
    let first = ids.firstIndex { $0.hasPrefix("classify/") }!
    #expect(ids[..<first].contains("frozen/all/colorization-many-seed1"))
    #expect(plan.step("pretrain/colorization-many-seed1").arguments.contains("iterations=40"))
    #expect(plan.step("pretrain/colorization-many-seed1").effort.images == 320)
    #expect(plan.step(few[2]).arguments.contains("iterations=10"))
    #expect(plan.step(few[2]).arguments.contains("schedule.rate=0.03"))
    let rescaled = plan.step("features/colorization-many-rescaled-seed1")
    #expect(rescaled.arguments.last == "--rescale")
    #expect(rescaled.needs == ["pretrain/colorization-many-seed1"])
    let row = plan.rows.first { $0.start == "colorization-many" && $0.task.name == "classify" }!
    #expect((row.learner, row.pretraining.images, row.work.images) == ("colorization", 320, 80))
    // One trunk, two seeds: shared in turn where the task says so.
    #expect(row.steps.count == 2)
    #expect(plan.rows.first { $0.start == "colorization-many" }!.steps.count == 1)
    #expect(
      ids.filter { $0.hasPrefix("classify/longer") } == [
        "classify/longer/gaussian-seed1", "classify/longer/gaussian-seed2",
      ])
  }

  /// The launcher's runs have the lowest loss at 0.02.
  @Test func ratesAreThoseOfTheBestTrial() throws {
    let bench = try Bench(Self.study)
    try bench.run(jobs: 1)
    func log(_ step: String) throws -> String { try bench.text("out/steps/\(step).log") }
    let chosen = #""--set", "schedule.rate=0.02"]"#
    #expect(try log("pretrain/colorization-many-seed1").contains(chosen))
    // There the highest is the best.
    #expect(try log("classify/all/gaussian-seed2").contains(#""--set", "schedule.rate=0.01"]"#))
    #expect(try log("classify/longer/gaussian-seed2").contains("schedule.rate=0.01"))
    #expect(try log("classify/all-rate0.02/gaussian-seed1").contains("heldOutFraction=0.1"))
    #expect(try !log("classify/all/gaussian-seed1").contains("heldOutFraction"))
    #expect(try bench.run() == [])
  }

  @Test func reportsHaveTheAxis() throws {
    let bench = try Bench(Self.study)
    try bench.run()
    let files = try bench.report(figures: true)
    #expect(files["frozen-curve-all.svg"] != nil && files["classify-curve-all.svg"] == nil)
    func lines(_ name: String) -> [[String]] {
      String(decoding: files[name]!, as: UTF8.self).split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    }
    let runs = lines("runs.csv")
    let row = runs.first { $0[2] == "colorization-many" && $0[0] == "classify" }!
    let cells = Dictionary(uniqueKeysWithValues: zip(runs[0], row))
    #expect((cells["learner"], cells["images seen"]) == ("colorization", "320"))
    #expect((cells["images of the task"], cells["multiply-adds"]) == ("80", "40000"))
    #expect(cells["rate"] == "0.01")
    // The mean of cat and dog.
    let mean = runs.first { $0[0] == "frozen" && $0[5].hasPrefix("\"mAP") }!
    #expect(mean.contains("60.0000"), "\(mean)")
    #expect(lines("trunks.csv").contains { $0[0] == "pretrain/colorization-rate0.02-seed1" })
    #expect(
      try bench.text("out/report/timings.csv").contains("pretrain/colorization-many-seed1"))
  }

  @Test(arguments: [
    ("points: {few: 2, many: 1}", "points: {none: 2}", "there is no point 'none'"),
    ("values: [0.01, 0.02, 0.03]", "values: [0.01]", "must be two rates or more"),
    ("at: few}", "at: most}", "there is no point 'most'"),
    ("after: many", "after: most", "tasks.1.after: there is no point 'most'"),
    ("ratesOf: all", "ratesOf: other", "there is no earlier regime 'other'"),
    ("starts: [gaussian, colorization]", "starts: [gaussian, context]", "no start 'context'"),
    ("classes: [cat, dog]", "classes: [cat, cow]", "does not tell mAP for each of cat, cow"),
  ])
  func whatCannotBeIsNamed(what: String, with: String, message: String) throws {
    let bench = try Bench(Self.study.replacing(what, with: with))
    #expect(
      bench.message {
        try bench.run()
        _ = try bench.report()
      }.contains(message))
  }
}
