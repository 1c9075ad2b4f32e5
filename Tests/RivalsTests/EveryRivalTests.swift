import Colorization
import Configurations
import Datasets
import FeatureExport
import Foundation
import Layers
import Networks
import Randomness
import Rivals
import Runs
import Tensors
import TestSupport
import Testing
import Training
import VOCTransfer

/// What holds of every rival alike.
@Suite(.serialized) struct EveryRivalTests {
  let tiny: TinyRuns

  init() throws { tiny = try TinyRuns() }

  /// The settings of a transfer, nothing but a start.
  private struct Settings: StartSettings {
    var trunk = TrunkConfiguration(.eccv16, width: 0.0625)
    var input = InputConfiguration()
    var inputSize: Int { 32 }
  }

  @Test(arguments: TinyRival.all)
  func itLearnsIsExportedAndBeginsATransfer(_ rival: TinyRival) throws {
    try tiny.start(
      "run", rival, "iterations=60", "batchSize=\(rival.spansStep ? 16 : 8)",
      "evaluationInterval=60", "checkpointInterval=0")
    let losses = try tiny.losses("run")
    try #require(losses.count == 60)
    // Chance is where losses of classification begin, so a small step below is a step that counts.
    #expect(losses[52...].reduce(0, +) < 0.98 * losses[..<8].reduce(0, +), "\(losses)")
    let evaluations = try tiny.evaluations("run")
    #expect(evaluations.count == 2)
    #expect(evaluations.allSatisfy { $0.values.allSatisfy(\.isFinite) && $0.count >= 3 })
    #expect(evaluations[1].keys.contains("validation/loss"))

    let checkpoint = try tiny.last("run")
    #expect(checkpoint.notes["pretext"] == rival.name && checkpoint.notes["task"] == rival.goal)
    let error = #expect(throws: ArchiveError.self) { try ColorizationNetwork.load(checkpoint) }
    #expect(error?.problem.contains("was trained for '\(rival.goal)'") == true)

    let file = "\(tiny.folder)/features.safetensors"
    let report = try FeatureExporter.export("\(tiny.folder)/run", to: file)
    #expect(report.features.provenance.task == rival.goal && report.largestDifference < 1e-5)
    #expect(report.load.unused.allSatisfy { $0.name.hasPrefix("model.head.") })
    #expect(!report.load.unused.isEmpty)
    let (archive, load) = try FeatureArchive.read(file)
    #expect(load.fresh.isEmpty && load.unused.isEmpty)
    for named in archive.trunk.tensors {
      #expect(checkpoint.archive["model.\(named.name)"] != nil)
    }

    var settings = Settings()
    settings.input.channels = archive.description.preprocessing.channels
    settings.trunk.inputChannels = settings.input.channels.count
    let start = try Start.archive(file).trunk(settings, key: RandomKey(seed: 1), on: .cpu)
    #expect(start.report?.loaded.count == archive.trunk.tensors.count)
    #expect(start.stack.tensors[0].tensor.floats == archive.trunk.tensors[0].tensor.floats)

    var options = FeatureExporter.Options()
    options.task = "colorization"
    #expect(throws: ArchiveError.self) {
      try FeatureExporter.export("\(tiny.folder)/run", to: file, options: options)
    }
    options.task = rival.name
    _ = try FeatureExporter.export("\(tiny.folder)/run", to: file, options: options)
  }

  @Test(arguments: TinyRival.all)
  func aRunThatIsStoppedAndResumedEndsWithTheSameBytes(_ rival: TinyRival) throws {
    func rehearse<Task: PretextTask>(_ task: Task.Type) throws {
      let rehearsal = try ResumeRehearsal(
        tiny.configuration(
          task, rival.settings + (rival.spansStep ? [] : ["accumulation=2"])),
        folder: tiny.folder,
        points: 1, key: RandomKey(seed: 4))
      let report = try rehearsal.run(environment: TinyRuns.environment)
      #expect(report.isSame && report.stops.count == 1, "\(report)")
    }
    try rehearse(rival.task)
  }

  @Test(arguments: TinyRival.all)
  func aBatchDependsOnItsSamplesAlone(_ rival: TinyRival) throws {
    try tiny.start("one", rival, "data.loaderThreads=1", "iterations=3")
    try tiny.start("four", rival, "data.loaderThreads=4", "iterations=3")
    #expect(try tiny.journal("one") == tiny.journal("four"))
    #expect(try tiny.last("one").archive.entries == tiny.last("four").archive.entries)

    func batches<Task: PretextTask>(_ type: Task.Type) throws {
      let configuration = try tiny.configuration(type, rival.settings)
      let task = try Pretraining(configuration).task
      func tensors(_ samples: PretextSample...) throws -> [TensorArchive.Entry] {
        let batch = try task.batch(of: samples)
        #expect(batch.count == samples.count)
        return batch.archive.entries
      }
      func input(_ entries: [TensorArchive.Entry]) -> [UInt8] {
        entries.first { $0.name == "input" }!.bytes
      }
      let size = configuration.data.augmentation.size
      let (first, second) = (Samples.noise(size, seed: 1), Samples.noise(size, seed: 2))
      let alone = try tensors(first)
      _ = try tensors(second)
      #expect(try tensors(first) == alone)
      #expect(try tensors(second) != alone)
      let other = PretextSample(crop: first.crop, key: second.key)
      #expect(try (tensors(other) != alone) == rival.draws)
      // Beside another sample it is what it is alone.
      let both = input(try tensors(first, second))
      let each = input(alone)
      for part in 0..<rival.parts {
        let length = each.count / rival.parts
        let start = part * both.count / rival.parts
        #expect(both[start..<start + length] == each[part * length..<(part + 1) * length])
      }
    }
    try batches(rival.task)
  }

  /// What configs/rivals holds differs from photographs-pretrain.yaml in the task alone.
  @Test(arguments: Set(TinyRival.all.map(\.name)).sorted())
  func itsConfigurationIsThatOfTheStudy(_ name: String) throws {
    func path(_ file: String) -> String { SharedData.packagePath("configs/\(file).yaml") }
    let study = try PretrainingConfiguration<ColorizationTask>.load(path("photographs-pretrain"))
    let rival = TinyRival.all.first { $0.name == name }!
    func check<Task: PretextTask>(_ task: Task.Type) throws {
      let own = try PretrainingConfiguration<Task>.load(path("rivals/\(name)"))
      var (trunk, optimizer) = (own.trunk, own.optimizer)
      trunk.inputChannels = 1
      optimizer.weightDecay = study.optimizer.weightDecay
      #expect(trunk == study.trunk && optimizer == study.optimizer && own.data == study.data)
      // Losses that compare pictures with each other have larger steps and as many fewer of them.
      let fewer = rival.spansStep ? 4 : 1
      var schedule = own.schedule
      schedule.warmup *= fewer
      #expect(schedule == study.schedule && own.iterations * fewer == study.iterations)
      #expect(own.batchSize * rival.inputs == study.batchSize * fewer)
      #expect(own.trunk.inputChannels == (["split-brain", "cmc"].contains(name) ? 3 : 1))
      var tried = own
      tried.data.path = tiny.data
      let prepared = try Pretraining(tried)
      // All losses are means over positions, with the same share of decay.
      let decay = own.optimizer.weightDecay * prepared.task.decayFactor
      #expect(abs(decay - study.optimizer.weightDecay / 400) < 1e-9)
    }
    try check(rival.task)
  }

  @Test func anUnsuitableSettingIsNamed() throws {
    func prepare<Task: PretextTask>(_ task: Task.Type, _ settings: [String]) throws {
      _ = try Pretraining(tiny.configuration(task, settings))
    }
    func place(_ name: String, _ settings: String...) throws -> String? {
      let rival = TinyRival.all.first { $0.name == name }!
      do {
        try prepare(rival.task, rival.settings + settings)
        return nil
      } catch let error as ConfigurationError { return error.place }
    }
    let cases: [(String, String, String)] = [
      ("autoencoder", "bottleneck", "-1"), ("autoencoder", "shownPictures", "-1"),
      ("denoising", "dropped", "1"), ("denoising", "dropped", "0"),
      ("denoising", "deviation", "-0.1"), ("context", "patch", "24"), ("context", "patch", "8"),
      ("context", "pairs", "0"), ("context", "degraded", "1.5"), ("context", "channels", "lab"),
      ("inpainting", "share", "1"), ("inpainting", "adversarial", "1"),
      ("inpainting", "discriminatorRate", "0"), ("split-brain", "neighbors", "0"),
      ("split-brain", "sigma", "0"), ("simclr", "temperature", "0"), ("simclr", "embedding", "0"),
      ("simclr", "channels", "ab"), ("simclr", "views.gray", "1.5"), ("simclr", "views.hue", "0.6"),
      ("simclr", "views.minimumArea", "0"), ("simclr", "views.blur", "[2, 1]"),
      ("barlow-twins", "redundancy", "0"), ("barlow-twins", "embedding", "1"),
      ("simclr", "colorWeight", "-1"), ("cmc", "temperature", "0"), ("cmc", "hidden", "-1"),
      ("masked", "patch", "12"), ("masked", "patch", "32"), ("masked", "patch", "4"),
      ("masked", "share", "1"), ("jigsaw", "tile", "13"), ("jigsaw", "tile", "7"),
      ("jigsaw", "permutations", "1"), ("jigsaw", "gap", "-1"), ("jigsaw", "channels", "lab"),
    ]
    for (rival, setting, value) in cases {
      #expect(
        try place(rival, "objective.\(setting)=\(value)") == "objective.\(setting)",
        "\(rival) \(setting)")
    }
    #expect(try place("rotation", "objective.channels=rgb") == "trunk.inputChannels")
    let squashed = "data.augmentation.squashedTo"
    #expect(try place("simclr", "\(squashed)=48") == squashed)
    #expect(try place("split-brain", "trunk.inputChannels=1") == "trunk.inputChannels")
    #expect(try place("split-brain", "trunk.width=0.01") == "trunk.width")
    #expect(try place("cmc", "trunk.width=0.01") == "trunk.width")
    let transfer = ["trunk.architecture=alexnet", "trunk.form=transfer"]
    for rival in ["autoencoder", "rotation", "split-brain"] {
      #expect(try place(rival, transfer[0], transfer[1]) == "trunk.form")
    }
  }
}
