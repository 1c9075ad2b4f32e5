import Configurations
import Files
import Foundation
import Metrics
import Networks
import Plots
import Probes
import Statistics
import Testing
import Text
import Training
import VOCTransfer

@Suite struct ProbingTests {
  let scratch: Scratch
  init() throws {
    scratch = try Scratch()
    try scratch.scenes("scenes.h5", trainval: 24, test: 12)
  }

  private func settings(_ seed: UInt64 = 1) -> ProbingConfiguration {
    var settings = ProbingConfiguration()
    settings.data.path = scratch.file("scenes.h5")
    settings.trunk = TrunkConfiguration(.eccv16, width: 0.05)
    settings.size = 32
    settings.features = 200
    settings.layers = ["conv1_1", "norm3", "norm7"]
    settings.few.positives = [1, 2]
    settings.few.draws = 3
    settings.input.startPictures = 8
    settings.costs.costs = [0.1, 1]
    settings.resamples = 50
    settings.linear.iterations = 50
    settings.seed = seed
    return settings
  }

  private func result(
    _ change: (inout ProbingConfiguration) -> Void = { _ in }, start: Start = .scheme(.he)
  ) throws -> ProbingResult {
    var settings = settings()
    change(&settings)
    return try ProbingRun(settings, start: start).result()
  }

  /// Pictures of one class each: accuracies are measures, and the best layer is that of training
  /// pictures held out.
  @Test func theDecayAndTheLayerAreChosenOnTrainingPictures() throws {
    let found = try result {
      $0.methods = [.linear]
      $0.decays = [0.1, 0.001]
      $0.resamples = 0
    }
    #expect(found.rows.map(\.layer) == ["conv1_1", "norm3", "norm7"])
    for row in found.rows {
      #expect([0.1, 0.001].contains(row.decay) && row.validation != nil)
      #expect(row.area.count == 1)
    }
    let best = try #require(found.best)
    #expect(best.validation == found.rows.compactMap(\.validation).max())
    #expect(found.measures[0].name == "mAP area, best layer")
    #expect(found.measures[0].value == best.area.mean)
    #expect(found.classMeasures.map(\.name) == found.classes)
    #expect(found.classMeasures.map(\.value) == best.scores[0].areaByClass)
    // The same seed, the same result.
    let again = try result {
      $0.methods = [.linear]
      $0.decays = [0.1, 0.001]
      $0.resamples = 0
    }
    #expect(again.rows.map(\.decay) == found.rows.map(\.decay))
    #expect(again.measures.map(\.value) == found.measures.map(\.value))
    #expect(try result { $0.methods = [.linear] }.best == nil)
  }

  @Test func everyMethodGivesBothAveragePrecisionsWithIntervals() throws {
    let found = try result()
    func layers(_ method: ProbingConfiguration.Method) -> [String] {
      found.rows.filter { $0.method == method }.map(\.layer)
    }
    #expect(layers(.linear) == ["conv1_1", "norm3", "norm7"])
    #expect(layers(.neighbors) == layers(.linear) && layers(.svm) == ["norm7"])
    #expect(Set(layers(.lowShot)) == ["norm7"])
    for row in found.rows {
      for value in [row.area, row.elevenPoints] {
        #expect(value.low < value.high && value.low < value.mean && value.mean < value.high)
      }
      let areas = row.scores[0].areaByClass.compactMap { $0 }
      #expect(abs(areas.mean - row.scores[0].area.mean) < 1e-12)
    }
    let few = found.rows.filter { $0.method == .lowShot }
    #expect(few.map(\.positives).first == 1 && few[0].scores.count == 3 && few[0].area.count == 3)
    #expect(few.allSatisfy { ($0.fullClasses ?? 0) > 0 })
    #expect(few[0].fullClasses! >= few.last!.fullClasses!)
    // One positive sample is too few for folds.
    #expect(few[0].costs[0].allSatisfy { $0.reason == .tooFewSamples })
    let machines = try #require(found.rows.first { $0.method == .svm })
    #expect(machines.costs[0].contains { $0.reason == .crossValidation })
    #expect(!found.selectedOnTest && found.chance > 0 && found.chance < 1)
    #expect(found.run.frozen == found.run.layers)
  }

  @Test func theSameSeedGivesTheSameResultWhateverTheMemory() throws {
    func text(_ change: (inout ProbingConfiguration) -> Void = { _ in }) throws -> String {
      try JSON.text(
        of: try result {
          $0.methods = [.linear, .neighbors]
          change(&$0)
        }.rows)
    }
    let all = try text()
    #expect(try text() == all)
    #expect(try text { $0.data.loaderThreads = 1 } == all)
    // One of these layers takes 0.7 MiB and the other 0.4, so that 1 MiB parts them.
    func large(_ memory: Int) throws -> String {
      try text {
        $0.memory = memory
        $0.features = 5000
        $0.size = 64
        $0.layers = ["conv1_1", "norm1"]
      }
    }
    #expect(try large(1) == large(1024))
    #expect(try text { $0.seed = 2 } != all)
    let error = #expect(throws: ConfigurationError.self) {
      try result {
        $0.memory = 0
        $0.methods = [.linear]
      }
    }
    #expect(error?.place == "memory")
  }

  @Test func choosingOnTestIsNamedEverywhere() throws {
    let found = try result {
      $0.methods = [.svm]
      $0.selectsOnTest = true
    }
    #expect(found.selectedOnTest)
    #expect(found.rows.allSatisfy { $0.costs[0].allSatisfy { $0.reason == .testSamples } })
    let tables = ProbingTables([(name: "he", results: [found])])
    #expect(tables.markdown.contains("chosen on the test pictures"))
    let honest = try result { $0.methods = [.svm] }
    #expect(!ProbingTables([(name: "he", results: [honest])]).markdown.contains("test pictures:"))
  }

  @Test func tablesAndFiguresCompareStarts() throws {
    let change: (inout ProbingConfiguration) -> Void = { $0.methods = [.linear, .lowShot] }
    let starts = [
      (name: "he", results: [try result(change)]),
      (name: "kmeans", results: [try result(change, start: .scheme(.kmeans))]),
    ]
    let tables = ProbingTables(starts)
    #expect(
      tables.all.map(\.title) == ["Linear probes", "Support vector machines on few positives"])
    let linear = tables.all[0].table
    #expect(linear.headings == ["layer", "start", "numbers", "AP area, %", "AP 11 points, %"])
    #expect(linear.rows.count == 7 && linear.rows.last?[0] == "chance")
    let few = tables.all[1].table
    #expect(few.headings.contains("classes that have them"))
    #expect(few.rows.allSatisfy { $0.count == few.headings.count })
    #expect(linear.rows[1][1] == "kmeans" && linear.rows[1][0] == "conv1_1")
    #expect(starts[1].results[0].run.initialization?.layers.isEmpty == false)
    #expect(tables.figures.map(\.name) == ["layers", "low-shot"])
    for (_, figure) in tables.figures {
      let script = try figure.script(.svg, output: "x.svg")
      #expect(script.contains("kmeans") && script.contains("chance"))
    }
    // The plots say what bars are, and over which classes they are.
    #expect(tables.figures[0].figure.title == "Linear probes; bars: 95 % over test pictures")
    let rows = starts[0].results[0].rows.filter { $0.method == .lowShot }
    #expect(rows.allSatisfy { $0.fullClassNames?.count == $0.fullClasses })
    let half = rows.filter { 2 * $0.fullClasses! >= starts[0].results[0].classes.count }
    let most = try #require((half.isEmpty ? rows : half).compactMap(\.positives).max())
    #expect(tables.figures[1].figure.title?.hasSuffix("classes that have \(most)") == true)
  }

  @Test func badRequestsAreNamed() throws {
    let layer = #expect(throws: ConfigurationError.self) { try result { $0.layers = ["conv9"] } }
    #expect(layer?.place == "layers" && layer?.problem.contains("conv1_1") == true)
    let path = #expect(throws: ConfigurationError.self) { try result { $0.data.path = "" } }
    #expect(path?.place == "data.path")
    #expect(throws: (any Error).self) { try result { $0.data.testSplit = "trainval" } }
  }
}
