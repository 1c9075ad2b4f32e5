import Datasets
import FeatureExport
import Images
import Layers
import Networks
import Randomness
import Runs
import Tensors
import Testing
import Training
import VOCTransfer

/// Trunks that labels taught leave by the door of all others, with what they see.
@Suite struct TransferExportTests {
  let scratch: Scratch
  init() throws {
    scratch = try Scratch()
    try scratch.scenes("scenes.h5", trainval: 4, test: 2, side: 64)
    _ = try ProposalBuilder(threads: 2).build(
      Dataset(opening: scratch.file("scenes.h5")), to: scratch.file("proposals.h5"))
    var writer = try DatasetWriter(
      creating: scratch.file("single.h5"), classes: ["dark", "light"], source: "a test")
    for index in 0..<8 {
      let value = UInt8(60 + 100 * (index % 2) + index)
      let picture = Picture(width: 48, height: 48, channels: 3, filledWith: value)
      try writer.append(
        DatasetRecord(id: "\(index)", image: try picture.encodedPNG(), label: index % 2))
    }
    try writer.addSplit("train", Array(0..<4))
    try writer.addSplit("test", Array(4..<8))
    _ = try writer.finish()
  }

  /// Trains for a step, exports, and reads what the archive says of its input.
  private func exported<Task: TransferTask>(
    _ task: Task.Type, _ settings: Task.Settings, _ start: Start = .scheme(.he)
  ) throws -> Preprocessing {
    let run = try FineTuning<Task>(settings, start: start)
    let folder = scratch.file("run-\(Task.name)")
    let made = try RunFolder.create(
      folder, configuration: settings, environment: .test(run.dataHash, 1))
    _ = try run.run(in: made, from: nil)
    defer { try? scratch.remove("run-\(Task.name)") }
    var options = FeatureExporter.Options()
    options.task = FeatureDescription.Provenance.labelPrefix + Task.name
    // Statistics make pictures of the size that the archive states.
    options.statisticsData = scratch.file("scenes.h5")
    options.statisticsPictures = 1
    let output = scratch.file("\(Task.name).safetensors")
    let report = try FeatureExporter.export(folder, to: output, options: options)
    #expect(report.features.statistics?.size == report.features.preprocessing.size)
    return try FeatureArchive.read(output).archive.description.preprocessing
  }

  private func trunk(_ channels: Preprocessing.Channels) -> TrunkConfiguration {
    TrunkConfiguration(.eccv16, width: 0.03, inputChannels: channels.count)
  }

  @Test(arguments: Preprocessing.Channels.allCases)
  func everyTaskSaysWhatItsTrunkSees(_ channels: Preprocessing.Channels) throws {
    var classify = ClassificationConfiguration()
    classify.data.path = scratch.file("scenes.h5")
    classify.data.augmentation.size = 40
    classify.trunk = trunk(channels)
    classify.input.channels = channels
    (classify.batchSize, classify.iterations) = (2, 1)
    #expect(
      try exported(ClassificationTask.self, classify) == Preprocessing(channels, size: 40))

    var categorize = CategorizationConfiguration()
    categorize.data.path = scratch.file("single.h5")
    categorize.data.augmentation.size = 36
    categorize.trunk = trunk(channels)
    categorize.input.channels = channels
    (categorize.batchSize, categorize.iterations) = (2, 1)
    #expect(
      try exported(CategorizationTask.self, categorize) == Preprocessing(channels, size: 36))

    var detect = DetectionConfiguration()
    detect.data.path = scratch.file("scenes.h5")
    detect.data.proposals = scratch.file("proposals.h5")
    detect.trunk = trunk(channels)
    detect.input.channels = channels
    (detect.scales.training, detect.scales.testing) = ([64], 72)
    detect.head.hidden = 8
    detect.iterations = 1
    #expect(try exported(DetectionTask.self, detect) == Preprocessing(channels, size: 72))

    var segment = SegmentationConfiguration()
    segment.data.path = scratch.file("scenes.h5")
    (segment.data.trainSplit, segment.data.testSplit) = ("trainval", "test")
    segment.trunk = trunk(channels)
    segment.input.channels = channels
    (segment.batchSize, segment.accumulation, segment.iterations) = (1, 1, 1)
    // Whole pictures of any size.
    #expect(segment.inputSize == 0)
    #expect(
      try exported(SegmentationTask.self, segment)
        == Preprocessing(channels, size: Preprocessing.usualSize))
  }

  /// An archive says itself how its input is shifted and scaled.
  @Test func shiftsAndScalesOfAnArchiveStay() throws {
    var origin = Preprocessing(.gray, size: 32)
    (origin.mean, origin.scale) = ([0.25], [3])
    let archive = FeatureArchive(
      trunk: trunk(.gray).build(key: .init(seed: 1), on: .cpu), configuration: trunk(.gray),
      preprocessing: origin,
      provenance: .init(
        task: "test", run: "run", iterations: 0, seed: 1, dataHash: "", git: "unknown",
        recipeHash: ""))
    try archive.write(to: scratch.file("gray.safetensors"))
    var settings = ClassificationConfiguration()
    settings.data.path = scratch.file("scenes.h5")
    settings.data.augmentation.size = 40
    settings.trunk = trunk(.gray)
    settings.input.channels = .gray
    (settings.batchSize, settings.iterations) = (2, 1)
    origin.size = 40
    #expect(
      try exported(ClassificationTask.self, settings, Start(scratch.file("gray.safetensors")))
        == origin)
  }

  @Test func aStartThatIsNoneNamesItsNeighbors() throws {
    var settings = ClassificationConfiguration()
    settings.data.path = scratch.file("scenes.h5")
    let error = #expect(throws: StartError.self) {
      try ClassificationRun(settings, start: Start("gaussain"))
    }
    #expect(
      error?.description.hasPrefix("start 'gaussain' is no file, and none of gaussian, ") == true)
  }
}
