import Datasets
import Images
import Networks
import Runs
import Testing
import Training
import VOCTransfer

/// What is said before the first step of a transfer: data and rates from which nothing comes.
@Suite struct WarningTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Six pictures with the same labels of every kind, in both splits `trainval` and `test`.
  private func constant() throws -> String {
    let path = scratch.file("constant.h5")
    var writer = try DatasetWriter(creating: path, classes: ["cat", "dog"], source: "test")
    for record in 0..<6 {
      let picture = Picture(
        width: 64, height: 64, channels: 3,
        samples: (0..<64 * 64 * 3).map { UInt8(truncatingIfNeeded: $0 * (record + 3)) })
      var mask = Picture(width: 64, height: 64, channels: 1, filledWith: 2)
      mask.samples[0] = 255
      try writer.append(
        DatasetRecord(
          id: "\(record)", image: picture.encodedPNG(), label: 1, presence: [-1, 1],
          boxes: [
            BoxAnnotation(
              box: Box(xMin: 4, yMin: 4, xMax: 40, yMax: 40), classIndex: 1, isDifficult: false)
          ], mask: mask.encodedPNG()))
    }
    try writer.addSplit("trainval", [0, 1, 2])
    try writer.addSplit("test", [3, 4, 5])
    _ = try writer.finish()
    return path
  }

  private func classification(_ path: String) -> ClassificationConfiguration {
    var settings = ClassificationConfiguration()
    settings.data.path = path
    settings.data.augmentation.size = 32
    settings.trunk.width = 0.05
    settings.batchSize = 2
    settings.iterations = 1
    settings.schedule.rate = 0.01
    return settings
  }

  private func warnings<Task: TransferTask>(
    _ task: Task.Type, _ settings: Task.Settings
  ) throws -> [String] {
    try LearningRun(FineTuning<Task>(settings, start: .scheme(.he))).warnings()
  }

  @Test func usualRunsAreBegunInSilence() throws {
    try scratch.scenes("scenes.h5", trainval: 10, test: 2)
    let settings = classification(scratch.file("scenes.h5"))
    #expect(try warnings(ClassificationTask.self, settings) == [])
    var segmentation = SegmentationConfiguration()
    segmentation.data.path = settings.data.path
    (segmentation.data.trainSplit, segmentation.data.testSplit) = ("trainval", "test")
    segmentation.trunk.width = 0.05
    #expect(try warnings(SegmentationTask.self, segmentation) == [])
  }

  @Test func fewPicturesAndStrangeRatesAreSaidOnScreenAndInTheJournal() throws {
    try scratch.scenes("scenes.h5", trainval: 3, test: 2)
    var settings = classification(scratch.file("scenes.h5"))
    settings.batchSize = 4
    settings.schedule.rate = 1.5
    let found = try warnings(ClassificationTask.self, settings)
    #expect(found.count == 2)
    #expect(found[0].hasPrefix("3 pictures to learn from are fewer than batchSize (4)"))
    #expect(
      found[1].hasPrefix("schedule.rate 1.5 is outside of what recipes with sgd have (1e-05 to 1"))
    let run = try ClassificationRun(settings, start: .scheme(.he))
    let folder = try RunFolder.create(
      scratch.file("run"), configuration: settings, environment: .test(run.dataHash, 1))
    _ = try run.run(in: folder, from: nil)
    let notes = try Journal.events(in: scratch.file("run/journal.jsonl")).prefix(2)
    #expect(notes == ArraySlice(found.map { .note(step: 0, text: "warning: \($0)") }))
  }

  @Test func everyRuleHasItsRates() {
    var settings = RunSettings()
    for rule in OptimizerConfiguration.Rule.allCases {
      settings.optimizer.rule = rule
      settings.schedule.rate = 1e-3
      #expect(settings.unusualRate == nil)
      settings.schedule.rate = 1e-8
      #expect(settings.unusualRate?.hasSuffix("may learn nothing") == true)
      settings.schedule.rate = 3
      #expect(settings.unusualRate?.hasSuffix("may diverge") == true)
    }
  }

  @Test func labelsThatAreAllTheSameAreSaid() throws {
    let path = try constant()
    #expect(
      try warnings(ClassificationTask.self, classification(path)).map { $0.prefix(61) } == [
        "all 3 pictures to learn from have the same labels (dog): a ne"
      ])
    var categories = CategorizationConfiguration()
    categories.data.path = path
    (categories.data.trainSplit, categories.data.testSplit) = ("trainval", "test")
    categories.data.augmentation.size = 32
    categories.trunk.width = 0.05
    categories.batchSize = 2
    #expect(
      try warnings(CategorizationTask.self, categories).map { $0.prefix(52) } == [
        "all 3 pictures to learn from are of one class ('dog'"
      ])
    var segmentation = SegmentationConfiguration()
    segmentation.data.path = path
    (segmentation.data.trainSplit, segmentation.data.testSplit) = ("trainval", "test")
    segmentation.trunk.width = 0.05
    #expect(
      try warnings(SegmentationTask.self, segmentation).map { $0.prefix(45) } == [
        "all 3 masks looked at are of one class ('dog'"
      ])
    _ = try ProposalBuilder(threads: 1).build(
      Dataset(opening: path), to: scratch.file("proposals.h5"))
    var detection = DetectionConfiguration()
    detection.data.path = path
    detection.data.proposals = scratch.file("proposals.h5")
    detection.trunk.width = 0.06
    detection.head.hidden = 16
    #expect(
      try warnings(DetectionTask.self, detection).map { $0.prefix(51) } == [
        "all 3 objects to learn from are of one class ('dog'"
      ])
  }
}
