import ColorScience
import Colorization
import Datasets
import HDF5
import Images
import Networks
import Randomness
import Runs
import Statistics
import TestSupport
import Testing
import Text
import Training

@Suite struct ColorEvaluationTests {
  let folder = try! TemporaryFolder()

  private func settings(_ change: (inout ColorEvaluation.Settings) -> Void = { _ in })
    -> ColorEvaluation.Settings
  {
    var settings = ColorEvaluation.Settings()
    (settings.size, settings.resamples) = (32, 200)
    change(&settings)
    return settings
  }

  private func report(
    _ dataset: Dataset, _ methods: [ColorMethod], _ settings: ColorEvaluation.Settings,
    compared: [(Int, Int)] = []
  ) throws -> (ColorEvaluation.Result, ColorReport) {
    let prior = try MeasuredPrior.measure(dataset).prior
    let evaluation = try ColorEvaluation(
      methods, on: dataset, records: try dataset.indices(ofSplit: "val"), prior: prior,
      settings: settings)
    let result = try evaluation.run()
    return (
      result,
      ColorReport(
        result, compared: compared, settings: settings, dataHash: dataset.contentSHA256,
        split: "val", prior: "prior", recognizer: nil)
    )
  }

  @Test func baselinesScoreAsTheyMust() throws {
    let dataset = try Samples.dataset(folder, count: 7)
    let methods =
      ColorMethod.baselines + [
        .init("network", .network(Samples.colorizer(), .annealedMean(temperature: 0.38)))
      ]
    let (result, report) = try report(dataset, methods, settings(), compared: [(1, 2)])
    let rows = Dictionary(uniqueKeysWithValues: report.rows.map { ($0.method, $0) })
    let truth = try #require(rows["ground truth"])
    #expect(abs(truth.auc.mean - 100) < 1e-9 && abs(truth.rebalancedAuC.mean - 100) < 1e-9)
    #expect(truth.rmse.mean == 0)
    #expect(truth.psnr.mean > 80 && truth.psnr.mean.isFinite)
    #expect(try #require(rows["gray"]).colorfulness.mean < 0.5)
    // Another picture's colors are about as colorful as the truth, on the whole.
    let random = try #require(rows["random"])
    #expect(abs(random.colorfulness.mean / truth.colorfulness.mean - 1) < 0.6)
    for row in report.rows {
      #expect(row.top1 == nil)
      for interval in [row.auc, row.rebalancedAuC, row.rmse, row.psnr, row.colorfulness] {
        #expect(interval.low <= interval.mean + 1e-9 && interval.mean <= interval.high + 1e-9)
        #expect(interval.count == 7)
      }
      if row.method != "ground truth" {
        #expect(row.auc.mean < 99 && row.rmse.mean > 1 && row.auc.low < row.auc.high)
      }
    }
    let difference = try #require(report.differences.first)
    #expect(difference.method == "\(methods[1].name) minus \(methods[2].name)")
    let both = methods[1...2].map { rows[$0.name]!.auc.mean }
    #expect(abs(difference.auc.mean - (both[0] - both[1])) < 1e-9)
    // Pooled over pictures, by the definition.
    let prior = try MeasuredPrior.measure(dataset).prior
    var accuracy = ColorAccuracy(
      weights: Rebalancing.weights(prior: prior.probabilities, lambda: 0))
    var window = Augmentation()
    window.size = 32
    for record in 0..<7 {
      let planes = LabPlanes(rgb: window.center(of: try dataset.picture(record, .whole)).samples)
      let zeros = [Float](repeating: 0, count: 1024)
      accuracy.add(predictedA: zeros, predictedB: zeros, trueA: planes.a, trueB: planes.b)
    }
    let psnr = Dictionary(uniqueKeysWithValues: report.table.rows.map { ($0[0], $0[4]) })
    #expect(psnr["ground truth"] == "identical" && psnr["gray"]?.contains("[") == true)
    let perfect = try #require(report.table.rows.first { $0[0] == "ground truth" })
    #expect(perfect[1...3] == ["100.0", "100.0", "0.00"])
    #expect(!report.table.description.contains("inf"))
    let gray = try #require(rows["gray"])
    #expect(abs(gray.auc.mean - 100 * accuracy.auc) < 1e-9)
    #expect(abs(gray.rebalancedAuC.mean - 100 * accuracy.rebalancedAuC) < 1e-9)
    #expect(abs(gray.rmse.mean - accuracy.rmse) < 1e-9)
    #expect(result.sheet.rows.count == 7 && result.sheet.headers.count == 5)
    #expect(result.sheet.rows.allSatisfy { $0.cells.count == 5 })
    #expect(result.table(ids: dataset.ids).rows.count == 35)
    #expect(report.table.rows.count == 6 && report.numbers.rows[0].count == 16)
  }

  @Test func batchesAndThreadsDoNotMatter() throws {
    let dataset = try Samples.dataset(folder, count: 6, shard: 4)
    let first = try report(dataset, ColorMethod.baselines, settings())
    let other = try report(
      dataset, ColorMethod.baselines,
      settings { ($0.batchSize, $0.threads, $0.sheetRows) = (4, 1, 2) })
    #expect(first.1 == other.1 && first.0.scores == other.0.scores)
    // Of six pictures the first and the fourth: from all over the split.
    let captions = first.0.sheet.rows.map(\.caption)
    #expect(other.0.sheet.rows.map(\.caption) == [captions[0], captions[3]])
    let seeded = try report(dataset, ColorMethod.baselines, settings { $0.seed = 9 })
    #expect(seeded.0.scores[1] == first.0.scores[1] && seeded.0.scores[2] != first.0.scores[2])
  }

  @Test func oneReferenceMayServeAll() throws {
    let dataset = try Samples.dataset(folder, count: 3)
    let red = Picture(
      width: 20, height: 10, channels: 3,
      samples: (0..<200).flatMap { [UInt8(100 + $0 / 2), 40, 40] })
    let (_, report) = try report(
      dataset, [.init("transfer", .transfer(.init()))], settings { $0.reference = .picture(red) })
    let (_, other) = try self.report(dataset, [.init("transfer", .transfer(.init()))], settings())
    #expect(report.rows != other.rows)
  }

  /// A reference of one color lends it to all; without one each picture has its donor.
  @Test(arguments: [false, true])
  func transferByExamplesIsJudged(byRegions: Bool) throws {
    let method = byRegions ? ColorMethod.gupta : .charpiat
    let dataset = try Samples.dataset(folder, count: 3)
    let red = Picture(
      width: 20, height: 10, channels: 3,
      samples: (0..<200).flatMap { [UInt8(100 + $0 / 2), 40, 40] })
    let methods: [ColorMethod] = [.init("gray", .gray), method]
    let (_, report) = try report(dataset, methods, settings { $0.reference = .picture(red) })
    let (_, other) = try self.report(dataset, methods, settings())
    #expect(report.rows.map(\.method) == ["gray", method.name])
    #expect(report.rows[0].colorfulness.mean < 1 && report.rows[1].colorfulness.mean > 15)
    #expect(report.rows != other.rows && report.rows[0] == other.rows[0])
  }

  /// A picture's reference is the candidate that is most like it, and never the picture itself.
  @Test func theNearestCandidateLendsItsColors() throws {
    let dataset = try Samples.dataset(folder, count: 4)
    let methods: [ColorMethod] = [.init("transfer", .transfer(.init())), .gupta]
    func rows(_ choice: ReferenceChoice) throws -> [ColorReport.Row] {
      try report(dataset, methods, settings { $0.reference = choice }).1.rows
    }
    let records = Array(0..<4)
    let all = try rows(.nearest(records))
    let (donors, reversed) = (try rows(.donor), try rows(.nearest(records.reversed())))
    #expect(all != donors && all == reversed)
  }

  /// The reference set's pictures, each a picture of a data set: pooled figures are the
  /// reference's.
  @Test(.enabled(if: SharedData.isPresent, "needs the reference data beside the checkout"))
  func pooledFiguresAreThoseOfTheReference() throws {
    let file = try HDF5File(reading: SharedData.path("golden/c_metrics/auc.h5"))
    let truth = try file.read("auc/gt_ab", as: Float.self)
    let predicted = try file.read("auc/pred_ab", as: Float.self)
    let weights = try file.read("auc/class_weight", as: Double.self)
    let each = 20 * 24
    var statistics: [[Double]] = [[], [], [], []]
    for picture in 0..<5 {
      func plane(_ values: [Float], _ channel: Int) -> [Float] {
        (0..<each).map { values[(picture * each + $0) * 2 + channel] }
      }
      var accuracy = ColorAccuracy(weights: weights)
      accuracy.add(
        predictedA: plane(predicted, 0), predictedB: plane(predicted, 1), trueA: plane(truth, 0),
        trueB: plane(truth, 1))
      statistics[0].append(accuracy.auc)
      statistics[1].append(accuracy.totalWeight * accuracy.rebalancedAuC)
      statistics[2].append(accuracy.totalWeight)
      statistics[3].append(accuracy.rmse * accuracy.rmse)
    }
    let found = Interval.bootstrap(
      [
        .init(meanOf: statistics[0]), .init(statistics[1], over: statistics[2]),
        .init(statistics[3], over: .init(repeating: 1, count: 5), isRoot: true),
      ], resamples: 100, key: RandomKey(seed: 1))
    for (interval, name) in zip(found, ["auc_raw", "auc_rebalanced", "rmse_ab"]) {
      let golden = try file.read("auc/\(name)", as: Double.self)[0]
      #expect(abs(interval.mean - golden) < 1e-12 * abs(golden) + 1e-12, "\(name)")
    }
    let perPicture = try file.read("auc/auc_raw_per_image", as: Double.self)
    #expect(zip(statistics[0], perPicture).allSatisfy { abs($0 - $1) < 1e-12 })
  }
}

/// The network that names recolored pictures.
@Suite struct RecognizerTests {
  let folder = try! TemporaryFolder()

  /// Two classes that differ in color alone: red and blue of one lightness.
  private func colors() throws -> Dataset {
    var writer = try DatasetWriter(
      creating: folder.file("colors.h5"), classes: ["red", "blue"], source: "a test")
    for index in 0..<40 {
      let light = [Float](repeating: 45 + Float(index % 5), count: 32 * 32)
      let (a, b): (Float, Float) = index % 2 == 0 ? (45, 25) : (15, -50)
      let rgb = LabPlanes(
        lightness: light, a: light.map { _ in a }, b: light.map { _ in b }
      ).rgb
      try writer.append(
        DatasetRecord(
          id: "\(index)",
          image: try Picture(width: 32, height: 32, channels: 3, samples: rgb).encodedPNG(),
          label: index % 2))
    }
    try writer.addSplit("train", Array(0..<20))
    try writer.addSplit("val", Array(20..<40))
    try writer.finish()
    return try Dataset(opening: folder.file("colors.h5"))
  }

  @Test func wrongColorsMisleadIt() throws {
    let dataset = try colors()
    var configuration = RecognizerConfiguration()
    configuration.data.path = dataset.path
    configuration.data.augmentation.size = 32
    configuration.trunk.width = 0.03
    configuration.trunk.statisticsMomentum = 0.2
    configuration.dropout = 0
    configuration.batchSize = 8
    configuration.iterations = 30
    configuration.schedule.rate = 0.01
    configuration.schedule.warmup = 0
    let training = try RecognizerTraining(configuration)
    let run = folder.file("recognizer")
    let result = try #require(
      try LearningRun(training).run(
        in: try RunFolder.create(
          run, configuration: configuration,
          environment: .current(
            pigment: "test", device: "cpu", threads: 1, dataHash: training.dataHash, seed: 1,
            libraries: { [:] }))
      ).result)
    #expect(result.top1.mean == 1 && result.chance == 0.5)

    let recognizer = try Recognizer.load(
      CheckpointOrigin.found(at: run).checkpoint, name: "recognizer")
    #expect(recognizer.classes == ["red", "blue"])
    var settings = ColorEvaluation.Settings()
    (settings.size, settings.resamples) = (32, 100)
    let evaluation = try ColorEvaluation(
      ColorMethod.baselines, on: dataset, records: try dataset.indices(ofSplit: "val"),
      prior: try MeasuredPrior.measure(dataset).prior, recognizer: recognizer, settings: settings)
    let report = ColorReport(
      try evaluation.run(), settings: settings, dataHash: dataset.contentSHA256, split: "val",
      prior: "prior", recognizer: recognizer.name)
    let top1 = report.rows.compactMap { $0.top1?.mean }
    #expect(top1.count == 4)
    #expect(top1[0] == 100, "the truth")
    #expect(top1[1] == 50, "gray is always one class")
    #expect(top1[2] < 90, "random colors are those of the other class half of the time")
    #expect(report.table.headings.last == "top-1, %")

    // It knows no other classes, and no data without labels.
    let other = try Samples.dataset(folder, count: 2)
    #expect(
      words {
        _ = try ColorEvaluation(
          ColorMethod.baselines, on: other, records: [0],
          prior: try MeasuredPrior.measure(other).prior,
          recognizer: recognizer)
      }.contains("has other classes"))
  }

  @Test func settingsThatCannotBeAreNamed() throws {
    var configuration = RecognizerConfiguration()
    #expect(words { _ = try RecognizerTraining(configuration) }.contains("names no dataset"))
    configuration.data.path = try colors().path
    configuration.trunk.inputChannels = 1
    #expect(words { _ = try RecognizerTraining(configuration) }.contains("inputChannels"))
  }
}
