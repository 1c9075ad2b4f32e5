import Configurations
import Datasets
import FeatureExport
import Layers
import Networks
import Randomness
import Runs
import Tensors
import Testing
import Training
import VOCTransfer

/// Settings of nothing but a start.
private struct Settings: StartSettings {
  var trunk = TrunkConfiguration(.eccv16, width: 0.05)
  var input = InputConfiguration()
  var size = 32
  var inputSize: Int { size }
}

@Suite struct StartTests {
  let scratch: Scratch
  let pictures: StartPictures
  let key = RandomKey(seed: 4)

  init() throws {
    scratch = try Scratch()
    try scratch.scenes("scenes.h5", trainval: 12, test: 4)
    let dataset = try Dataset(opening: scratch.file("scenes.h5"))
    pictures = StartPictures(dataset, try dataset.indices(ofSplit: "trainval"))
  }

  private func settings(_ change: (inout Settings) -> Void = { _ in }) -> Settings {
    var settings = Settings()
    settings.input.startPictures = 12
    change(&settings)
    return settings
  }

  private func problem(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return ""
  }

  @Test func everyStartHasTheSameTensorsAndOtherValues() throws {
    var seen: Set<[Float]> = []
    for (name, start) in Start.byName {
      #expect(Start(name) == start && start.description == name)
      let trunk = try start.trunk(settings(), pictures: pictures, key: key, on: .cpu)
      let wanted = settings().trunk.build(key: key, on: .cpu).tensors
      #expect(trunk.stack.tensors.map(\.name) == wanted.map(\.name))
      #expect(trunk.stack.tensors.map(\.tensor.shape) == wanted.map(\.tensor.shape))
      seen.insert(trunk.stack.tensors.first!.tensor.floats)
      let learns = [Start.scheme(.kmeans), .scheme(.pca), .scheme(.dataDependent)].contains(start)
      #expect((trunk.initialization != nil) == learns && trunk.report == nil)
      // Running statistics come from the pictures, not from white noise.
      let means = trunk.stack.tensors.filter { $0.name.hasSuffix("running_mean") }
      #expect(means.allSatisfy { $0.tensor.floats.contains { $0 != 0 } }, "\(name)")
      let again = try start.trunk(settings(), pictures: pictures, key: key, on: .cpu)
      #expect(
        zip(trunk.stack.tensors, again.stack.tensors).allSatisfy {
          $0.tensor.floats == $1.tensor.floats
        })
    }
    #expect(seen.count == Start.byName.count)
  }

  @Test func startsThatLearnNeedPictures() throws {
    let words = problem { _ = try Start.scheme(.kmeans).trunk(settings(), key: key, on: .cpu) }
    #expect(words.contains("kmeans") && words.contains("needs pictures"))
    _ = try Start.scheme(.he).trunk(settings(), key: key, on: .cpu)
  }

  @Test func supervisedWantsAnArchiveTrainedWithLabels() throws {
    try scratch.archive("a.safetensors", settings().trunk, sees: .lightness, seed: 1)
    let path = scratch.file("a.safetensors")
    #expect(NamedStart("supervised=\(path)").start == .supervised(path))
    #expect(NamedStart("other=\(path)").start == .archive(path))
    let words = problem {
      _ = try Start.supervised(path).trunk(settings(), key: key, on: .cpu)
    }
    #expect(words.contains("not trained with labels") && words.contains("transfer classify"))
  }

  /// From a classification run to the start that other runs are measured against.
  @Test func aRunOfClassificationBecomesTheSupervisedStart() throws {
    var run = ClassificationConfiguration()
    run.data.path = scratch.file("scenes.h5")
    run.data.augmentation.size = 32
    run.trunk = settings().trunk
    run.batchSize = 2
    run.iterations = 2
    run.input.startPictures = 4
    let comparison = Comparison<ClassificationRun>(
      starts: [NamedStart("he")], seeds: 1, output: scratch.file("run"), settings: { _ in run },
      environment: EnvironmentRecord.test)
    _ = try comparison.run()
    let path = scratch.file("labels.safetensors")
    var options = FeatureExporter.Options()
    options.task = "labels-classify"
    _ = try FeatureExporter.export(scratch.file("run/he-seed1"), to: path, options: options)
    let trunk = try Start.supervised(path).trunk(settings(), key: key, on: .cpu)
    #expect(trunk.provenance?.usesLabels == true)
    #expect(trunk.provenance?.task == "labels-classify" && trunk.provenance?.iterations == 2)
    #expect(trunk.report?.fresh.isEmpty == true && trunk.report?.loaded.isEmpty == false)
  }

  @Test func anArchiveLendsItsTensorsAndNothingElse() throws {
    try scratch.archive("a.safetensors", settings().trunk, sees: .lightness, seed: 1)
    let path = scratch.file("a.safetensors")
    let other = settings { $0.trunk.statisticsMomentum = 0.01 }
    let trunk = try Start.archive(path).trunk(other, key: key, on: .cpu)
    #expect((trunk.stack["norm1"] as! BatchNormalization).momentum == 0.01)
    let (archive, _) = try FeatureArchive.read(path)
    #expect(
      zip(trunk.stack.tensors, archive.trunk.tensors).allSatisfy {
        $0.tensor.floats == $1.tensor.floats
      })
    let wide = settings { $0.trunk.width = 0.1 }
    #expect(
      problem { _ = try Start.archive(path).trunk(wide, key: key, on: .cpu) }.contains("trunk.*"))
  }

  @Test func bothFormsOfAlexNetHoldTheSameWeights() throws {
    var alexnet = TrunkConfiguration(.alexnet, width: 0.05)
    try scratch.archive("a.safetensors", alexnet, sees: .lightness, seed: 1)
    alexnet.form = .transfer
    let transfer = settings {
      $0.trunk = alexnet
      $0.size = 227
    }
    let start = Start.archive(scratch.file("a.safetensors"))
    let trunk = try start.trunk(transfer, key: key, on: .cpu)
    #expect(trunk.configuration.form == .transfer)
    let output = trunk.stack(Tensor(filledWith: 0.1, shape: [1, 1, 227, 227]))
    #expect(output.shape.sizes.suffix(2) == [1, 1])
  }

  @Test func aTrunkOfLightnessCanBeGivenColor() throws {
    try scratch.archive("a.safetensors", settings().trunk, sees: .lightness, seed: 1)
    let color = settings {
      $0.trunk.inputChannels = 3
      $0.input.channels = .lab
    }
    let start = Start.archive(scratch.file("a.safetensors"))
    let trunk = try start.trunk(color, key: key, on: .cpu)
    #expect(trunk.preprocessing.channels == .lab && trunk.preprocessing.mean.count == 3)
    let gray = try start.trunk(settings(), key: key, on: .cpu)
    let noise = Initializer.gaussian(deviation: 1)
    let lightness = noise.tensor(shape: [2, 1, 32, 32], key: key, on: .cpu)
    let ab = noise.tensor(shape: [2, 2, 32, 32], key: key.folding(1), on: .cpu)
    let (a, b) = (trunk.stack(concatenate([lightness, ab])).floats, gray.stack(lightness).floats)
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test func theLateRegimeTrainsTheLastBlocksAlone() throws {
    var run = ClassificationConfiguration()
    run.data.path = scratch.file("scenes.h5")
    run.data.augmentation.size = 32
    run.trunk = settings().trunk
    run.batchSize = 2
    run.iterations = 2
    run.input.startPictures = 4
    run.regime = .late
    func comparison(_ folder: String, _ settings: ClassificationConfiguration) -> Comparison<
      ClassificationRun
    > {
      Comparison(
        starts: [NamedStart("he")], seeds: 1, output: scratch.file(folder),
        settings: { _ in settings }, environment: EnvironmentRecord.test)
    }
    guard case .finished(let rows) = try comparison("late", run).run() else { return }
    let frozen = rows[0].results[0].run.frozen
    #expect(frozen.first == "conv1_1" && frozen.last == "norm5")
    run.tuning.frozenThrough = "norm1"
    #expect(problem { _ = try comparison("twice", run).run() }.contains("give one of them"))
    run.tuning.frozenThrough = ""
    run.features = "conv3_1"
    #expect(problem { _ = try comparison("early", run).run() }.contains("use 'head'"))
  }
}
