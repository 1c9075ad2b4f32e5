import Datasets
import FeatureExport
import Foundation
import Layers
import Networks
import Randomness
import Runs
import Tensors
import Testing

/// From checkpoints of runs to archives.
@Suite struct CheckpointTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// A run folder with a checkpoint of a small ECCV16 and its color head.
  func run(
    notes changes: [String: String] = [:], without missing: String? = nil
  ) throws -> String {
    let path = scratch.file("run")
    try Samples.run(at: path, notes: changes, without: missing)
    return path
  }

  @Test func theHeadStaysBehindAndTheOriginIsTold() throws {
    let path = try run()
    let report = try FeatureExporter.export(path, to: scratch.file("f.safetensors"))
    #expect(report.load.unused.count == 8)
    #expect(report.steps.map(\.name) == ["head removed", "written and read back"])
    #expect(report.largestDifference < 1e-5)
    let archive = try FeatureArchive.read(scratch.file("f.safetensors")).archive
    let provenance = archive.description.provenance
    #expect(provenance.run == "run" && provenance.iterations == 5 && provenance.seed == 3)
    #expect(provenance.dataHash == "data" && provenance.recipeHash == "recipe")
    let commit = EnvironmentRecord.current(
      pigment: "", device: "", threads: 1, dataHash: "", seed: 0
    ).gitCommit
    if let commit { #expect(provenance.runGit?.hasPrefix(commit) == true) }
    #expect(archive.description.statistics == nil)
    #expect(
      report.description.contains("no channel statistics: \(path)/checkpoints/step-5.ckpt does not")
    )
  }

  @Test func missingStatisticsHaveAReason() throws {
    let path = try run()
    let output = scratch.file("f.safetensors")
    func reason(_ data: String, _ options: FeatureExporter.Options = .init()) throws -> String {
      try "data:\n  path: \(data)\n".write(
        toFile: "\(path)/configuration.yaml", atomically: true, encoding: .utf8)
      let report = try FeatureExporter.export(path, to: output, options: options)
      let reason = try #require(report.missingStatistics)
      #expect(report.description.contains("no channel statistics: \(reason)"))
      return reason
    }
    #expect(
      try reason("nowhere/photos.h5")
        == "the run's data 'nowhere/photos.h5' are not there as seen from "
        + "\(FileManager.default.currentDirectoryPath); --statistics DATA measures them")
    let data = scratch.file("scenes.h5")
    _ = try SceneBuilder(
      source: SceneGenerator(size: (48, 40), key: RandomKey(seed: 1)), name: "test", pretrain: 1,
      trainval: 1, test: 1
    ).build(to: data) { _ in }
    #expect(
      try reason(data)
        == "'\(data)' is no longer what the run learned from; --statistics DATA measures them")
    var none = FeatureExporter.Options()
    none.statisticsPictures = 0
    #expect(try reason(data, none) == "--pictures 0 asks for none")
  }

  @Test func aDamagedNewestCheckpointIsToldWhereAnOlderOneIsTaken() throws {
    let path = try run()
    let folder = "\(path)/checkpoints"
    let bytes = try Data(contentsOf: URL(filePath: "\(folder)/step-5.ckpt"))
    try bytes.dropLast(100).write(to: URL(filePath: "\(folder)/step-9.ckpt"))
    // As a run folder, and as a folder of best checkpoints.
    for place in [path, folder] {
      let report = try FeatureExporter.export(place, to: scratch.file("f.safetensors"))
      let text = report.description
      #expect(report.warnings.count == 1, "\(text)")
      #expect(text.contains("step 5 of run"), "\(text)")
      #expect(text.contains("warning: \(folder)/step-9.ckpt: "), "\(text)")
      #expect(text.contains("using \(folder)/step-5.ckpt instead"), "\(text)")
    }
    // The whole ones need no word.
    try FileManager.default.removeItem(atPath: "\(folder)/step-9.ckpt")
    #expect(try FeatureExporter.export(path, to: scratch.file("f.safetensors")).warnings == [])
  }

  @Test func theNoteOfThePreprocessingIsRead() throws {
    let gray = Preprocessing(.gray, mean: [0.5], scale: [4], size: 64)
    let path = try run(notes: [
      "preprocessing": String(decoding: try JSONEncoder().encode(gray), as: UTF8.self)
    ])
    let report = try FeatureExporter.export(path, to: scratch.file("f.safetensors"))
    #expect(report.features.preprocessing == gray)
    let wrong = try run(notes: [
      "preprocessing": String(
        decoding: try JSONEncoder().encode(Preprocessing(.rgb, size: 64)), as: UTF8.self)
    ])
    let text = words { _ = try FeatureExporter.export(wrong, to: scratch.file("g.safetensors")) }
    #expect(text.contains("feeds rgb into a trunk of 1 input channels"), "\(text)")
  }

  @Test func everyPretextTaskLeavesByTheSameDoor() throws {
    let path = try run(notes: ["task": "rotation-rgb", "pretext": "rotation"])
    let output = scratch.file("f.safetensors")
    let task = try FeatureExporter.export(path, to: output).features.provenance.task
    #expect(task == "rotation-rgb")
    var options = FeatureExporter.Options()
    for name in ["rotation", "rotation-rgb"] {
      options.task = name
      _ = try FeatureExporter.export(path, to: output, options: options)
    }
    options.task = "colorization"
    let text = words { _ = try FeatureExporter.export(path, to: output, options: options) }
    #expect(text.contains("was trained for 'rotation-rgb', not for 'colorization'"), "\(text)")
  }

  @Test func aCheckpointThatLabelsTaughtIsRefusedByName() throws {
    let path = try run(notes: ["task": "labels-voc"])
    let output = scratch.file("f.safetensors")
    let text = words { _ = try FeatureExporter.export(path, to: output) }
    #expect(text.contains("step-5.ckpt: was trained for 'labels-voc', not for a pretext task"))
    #expect(!FileManager.default.fileExists(atPath: output))
    var options = FeatureExporter.Options()
    options.task = "labels-voc"
    // As an earlier version wrote it, without a word on what the trunk sees.
    let older = words { _ = try FeatureExporter.export(path, to: output, options: options) }
    #expect(older.contains("give --channels (lightness or gray), as input.channels"), "\(older)")
    options.channels = .gray
    let features = try FeatureExporter.export(path, to: output, options: options).features
    #expect(features.provenance.task == "labels-voc")
    #expect(features.preprocessing == Preprocessing(.gray, size: 64))
    let newer = try run(notes: [
      "task": "labels-voc",
      "preprocessing": String(
        decoding: try JSONEncoder().encode(Preprocessing(.gray, size: 64)), as: UTF8.self),
    ])
    let twice = words { _ = try FeatureExporter.export(newer, to: output, options: options) }
    #expect(twice.contains("says itself that its trunk sees gray; leave --channels out"))
    let silent = words {
      _ = try FeatureExporter.export(try run(without: "trunk"), to: output)
    }
    #expect(silent.contains("does not say its trunk"), "\(silent)")
  }

  @Test func featuresThatAreNoNumbersAreRefusedByLayer() throws {
    // Weights that are finite and features that are not.
    let path = scratch.file("large")
    try Samples.run(at: path) { named in
      named.role == .weight && !named.name.hasPrefix("head.")
        ? named.tensor.scaled(by: 1e30) : named.tensor
    }
    let output = scratch.file("f.safetensors")
    let text = words { _ = try FeatureExporter.export(path, to: output) }
    #expect(text.contains("layer 'conv1_2' gives what is no finite number for"), "\(text)")
    #expect(!FileManager.default.fileExists(atPath: output))
  }

  @Test(arguments: [Float.nan, .infinity])
  func weightsThatAreNoNumbersAreRefusedByTensor(value: Float) throws {
    let path = scratch.file("broken")
    try Samples.run(at: path)
    // The program itself saves no such checkpoint.
    func damage(_ entry: inout TensorArchive.Entry) {
      guard entry.name.hasSuffix(".conv3_1.weight") else { return }
      var bytes = entry.bytes
      bytes.replaceSubrange(28..<32, with: withUnsafeBytes(of: value) { Array($0) })
      entry = .init(name: entry.name, type: entry.type, shape: entry.shape, bytes: bytes)
    }
    let checkpoint = "\(path)/checkpoints/step-5.ckpt"
    try Samples.change(checkpoint, to: checkpoint, damage)
    let output = scratch.file("f.safetensors")
    let text = words { _ = try FeatureExporter.export(path, to: output) }
    #expect(
      text.contains("step-5.ckpt: tensor 'model.conv3_1.weight': holds what is no finite number"),
      "\(text)")
    #expect(!FileManager.default.fileExists(atPath: output))
    // As `extract`, `units`, `transfer` and `evaluate` read them.
    let archive = scratch.file("whole.safetensors")
    try Samples.write(Samples.configuration(.eccv16), to: archive)
    try Samples.change(archive, to: output, damage)
    let read = words { _ = try FeatureArchive.read(output) }
    #expect(
      read.contains("f.safetensors: tensor 'trunk.conv3_1.weight': holds what is no finite"),
      "\(read)")
  }

  @Test func aNetworkThatCannotBeIsRefusedBeforeItIsBuilt() throws {
    var wide = Samples.configuration(.eccv16)
    wide.width = 1e30
    let path = try run(notes: [
      "trunk": String(decoding: try JSONEncoder().encode(wide), as: UTF8.self)
    ])
    let text = words { _ = try FeatureExporter.export(path, to: scratch.file("f.safetensors")) }
    #expect(text.contains("step-5.ckpt: describes a network that has width 1e+30"), "\(text)")
  }

  @Test func aTrunkOfAnotherShapeIsRefusedByTensor() throws {
    let other = Samples.configuration(.eccv16, width: 0.125)
    let path = try run(notes: [
      "trunk": String(decoding: try JSONEncoder().encode(other), as: UTF8.self)
    ])
    let text = words { _ = try FeatureExporter.export(path, to: scratch.file("f.safetensors")) }
    #expect(text.contains("tensor 'model.conv1_1.weight': has shape"), "\(text)")
  }
}
