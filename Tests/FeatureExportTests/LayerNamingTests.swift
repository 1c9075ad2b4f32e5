import Datasets
import FeatureExport
import Foundation
import HDF5
import Layers
import Networks
import Randomness
import Tensors
import TestSupport
import Testing

/// Archives of the first format, whose names of layers meant something else.
@Suite struct LayerNamingTests {
  let scratch: Scratch
  let data: String
  init() throws {
    scratch = try Scratch()
    data = scratch.file("scenes.h5")
    _ = try SceneBuilder(
      source: SceneGenerator(size: (64, 64), key: RandomKey(seed: 1)), name: "test", pretrain: 2,
      trainval: 1, test: 1
    ).build(to: data) { _ in }
  }

  /// An archive of today and the same as version 1 wrote it.
  private func archives(
    _ configuration: TrunkConfiguration, folded: Bool = false
  ) throws -> (new: FeatureArchive, old: String) {
    let new = Samples.archive(configuration)
    var plain = configuration
    plain.isFolded = false
    let old = FeatureArchive(
      trunk: new.trunk.withFirstNames, configuration: plain,
      preprocessing: new.description.preprocessing, provenance: Samples.provenance,
      steps: folded
        ? [.init(name: "normalization folded", detail: "", largestDifference: 0)] : [])
    try old.write(to: scratch.file("now.safetensors"))
    try Samples.change(
      scratch.file("now.safetensors"), to: scratch.file("old.safetensors"),
      metadata: { words in
        words[FeatureDescription.key] = words[FeatureDescription.key]!.replacing(
          "\"version\":\(FeatureDescription.currentVersion)", with: "\"version\":1")
      })
    return (new, scratch.file("old.safetensors"))
  }

  @Test(arguments: [TrunkConfiguration.Architecture.eccv16, .vgg16, .alexnet, .resnet18])
  func anEarlierArchiveKeepsItsMeaningAndSaysSo(
    _ architecture: TrunkConfiguration.Architecture
  ) throws {
    let (new, path) = try archives(Samples.configuration(architecture, form: .transfer))
    let old = try FeatureArchive.read(path).archive
    #expect(old.description.naming == .first && old.trunk.names == new.trunk.layerNames)
    let input = new.golden.input
    for stage in new.trunk.stages {
      let (name, now) = (stage.name, stage.output)
      let note = old.namingNote(on: name, file: path)
      #expect(
        note.map {
          $0.contains(
            "version, in which '\(name)' means what is \(now) now; pigment export ")
        }
          == (name == now ? nil : true), "\(note ?? "none")")
      let (a, b) = (old.trunk.outputs(input, of: [name]), new.trunk.outputs(input, of: [now]))
      #expect(a[name]!.floats == b[now]!.floats, "\(name)")
      #expect(new.namingNote(on: now, file: path) == nil)
    }
    // An export has the names of today, and says so.
    let output = scratch.file("new.safetensors")
    let report = try FeatureExporter.export(path, to: output)
    #expect(report.warnings.count == 1 && report.warnings[0].contains("are those of today"))
    let again = try FeatureArchive.read(output).archive
    #expect(again.description.version == 2 && again.trunk.names == new.trunk.names)
    try new.golden.prove(
      again.trunk.outputs(input, of: Set(again.trunk.names)), order: new.trunk.names, file: output)
  }

  @Test func anEarlierFoldedArchiveIsKnownByItsStep() throws {
    var configuration = Samples.configuration(.vgg16, normalization: false)
    configuration.isFolded = true
    let (_, path) = try archives(configuration, folded: true)
    let old = try FeatureArchive.read(path).archive
    #expect(old.description.trunk.isFolded && old.trunk.names.contains("conv5_3"))
    _ = try FeatureExporter.export(path, to: scratch.file("new.safetensors"))
    let text = words {
      _ = try FeatureExtraction(
        archive: scratch.file("new.safetensors"), data: data, options: .init(layer: "conv5_3"))
    }
    #expect(text.contains("no output 'conv5_3' any more: it is folded into relu5_3"), "\(text)")
  }

  @Test func extractedFeaturesAreThoseOfTheName() throws {
    let (new, old) = try archives(Samples.configuration(.vgg16))
    try new.write(to: scratch.file("new.safetensors"))
    func features(_ archive: String, _ layer: String) throws -> (values: [Float], said: String) {
      let output = scratch.file("features.h5")
      try? FileManager.default.removeItem(atPath: output)
      let found = try Program.run(
        Program.pigment, ["extract", archive, data, "--layer", layer, "--output", output])
      #expect(found.status == 0, "\(found.output)")
      let file = try HDF5File(reading: output)
      #expect(try file.attribute("layer", as: String.self) == layer)
      return (try file.read("/features"), found.output)
    }
    let norm = try features(scratch.file("new.safetensors"), "norm2_1")
    let relu = try features(scratch.file("new.safetensors"), "relu2_1")
    #expect(relu.values == norm.values.map { max($0, 0) } && norm.values.contains { $0 < 0 })
    #expect(!norm.said.contains("warning"))
    let first = try features(old, "norm2_1")
    #expect(first.values == relu.values)
    #expect(first.said.contains("warning: \(old) is of an earlier version"), "\(first.said)")
    let lines = first.said.split(separator: "\n").filter { $0.contains("warning") }
    #expect(lines.count == 1)
    let same = try features(old, "conv2_1")
    #expect(try same.values == features(scratch.file("new.safetensors"), "conv2_1").values)
    #expect(!same.said.contains("warning"))
  }
}
