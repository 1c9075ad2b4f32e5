import FeatureExport
import Foundation
import Layers
import Networks
import Randomness
import Tensors
import Testing

/// ResNets in every format that can hold them.
@Suite struct ResNetExportTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  static let trunks: [(TrunkConfiguration, Preprocessing.Channels)] = {
    var small = Samples.configuration(.resnet34, channels: 2, affine: true)
    small.stem = .cifar
    return [
      (Samples.configuration(.resnet18, channels: 3, affine: true), .rgb),
      (Samples.configuration(.resnet50), .lightness),
      (small, .ab),
      (Samples.configuration(.resnet18, normalization: false), .gray),
    ]
  }()

  @Test(arguments: 0..<4, [ExportFormat.archive, .pytorch, .onnx])
  func isReadBackAndProven(_ number: Int, _ format: ExportFormat) throws {
    let (configuration, channels) = Self.trunks[number]
    let archive = Samples.archive(configuration, channels)
    let path = scratch.file("export")
    try archive.write(format, to: path)
    let check = try ExportCheck(path)
    #expect(check.format == format && check.largestDifference < 1e-4)
    #expect(check.features.layers == archive.description.layers)
    guard format == .pytorch else { return }
    let output = scratch.file("imported.safetensors")
    _ = try FeatureImporter.import(path, to: output, options: nil)
    let imported = try FeatureArchive.read(output).archive
    let outputs = imported.trunk.outputs(archive.golden.input, of: Set(imported.trunk.names))
    #expect(
      try archive.golden.prove(outputs, order: archive.trunk.names, file: "imported") < 1e-5)
  }

  @Test func namesAreTorchvisions() throws {
    let (configuration, channels) = Self.trunks[0]
    let path = scratch.file("export")
    try Samples.archive(configuration, channels).write(.pytorch, to: path)
    let file = try TensorArchive(reading: "\(path)/weights.safetensors")
    #expect(file.metadata["names"] == "torchvision")
    // torchvision.models.resnet18().state_dict() without fc.
    let norm = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    var expected = ["conv1.weight"] + norm.map { "bn1.\($0)" }
    for layer in 1...4 {
      for block in 0...1 {
        for number in 1...2 {
          expected.append("layer\(layer).\(block).conv\(number).weight")
          expected += norm.map { "layer\(layer).\(block).bn\(number).\($0)" }
        }
        if layer > 1 && block == 0 {
          expected.append("layer\(layer).0.downsample.0.weight")
          expected += norm.map { "layer\(layer).0.downsample.1.\($0)" }
        }
      }
    }
    #expect(Set(file.names) == Set(expected) && file.names.count == 120)
  }

  @Test func theClassifierIsTorchvisions() throws {
    var options = FormatOptions()
    options.classifier = true
    let path = scratch.file("export")
    let full = Samples.configuration(.resnet18, width: 1, channels: 3, affine: true)
    try Samples.archive(full, .rgb).write(.pytorch, to: path, options: options)
    let file = try TensorArchive(reading: "\(path)/weights.safetensors")
    #expect(file["fc.weight"]?.shape == [1000, 512] && file["fc.bias"]?.shape == [1000])
    let largest = try file.tensor("fc.weight", on: .cpu).floats.map(abs).max()!
    #expect(largest <= 1 / Float(512).squareRoot() && largest > 0.04)
    _ = try FeatureImporter.import(path, to: scratch.file("imported.safetensors"), options: nil)
    // A foreign file of that model, with the classifier left out by name.
    var foreign = TensorArchive(metadata: [:], source: scratch.file("foreign.safetensors"))
    for entry in file.entries { foreign.add(entry) }
    try foreign.write(to: foreign.source)
    var import_ = FeatureImporter.Options(
      trunk: full, preprocessing: Preprocessing(.rgb, size: 224))
    import_.ignored = ["fc."]
    let report = try FeatureImporter.import(
      foreign.source, to: scratch.file("foreign.features"), options: import_)
    #expect(report.load.loaded.count == 100)
    let (other, _) = Self.trunks[2]
    let text = words {
      try Samples.archive(other, .ab).write(.pytorch, to: path, options: options)
    }
    #expect(text.contains("torchvision has none for a resnet34"), "\(text)")
  }

  @Test func caffeRefusesByName() throws {
    let (configuration, channels) = Self.trunks[0]
    let text = words {
      try Samples.archive(configuration, channels).write(.caffe, to: scratch.file("x.h5"))
    }
    #expect(text.contains("'layer1.0' is a residual block"), "\(text)")
    #expect(text.contains("Take another format: archive, pytorch or onnx"), "\(text)")
    #expect(!FileManager.default.fileExists(atPath: scratch.file("x.h5")))
    // Nor does it read one.
    try Samples.archive(Samples.configuration(.vgg16), .lightness).write(
      .caffe, to: scratch.file("vgg.h5"))
    let known = words {
      _ = try FeatureImporter.import(
        scratch.file("vgg.h5"), to: scratch.file("y"),
        options: .init(trunk: configuration, preprocessing: Preprocessing(.rgb, size: 64)))
    }
    #expect(!known.isEmpty)
  }

  @Test func stridesComeBackInTheExport() throws {
    var configuration = Samples.configuration(.resnet18, channels: 3, affine: true)
    configuration.dilatedStages = 2
    let archive = Samples.archive(configuration, .rgb)
    try archive.write(to: scratch.file("dense.safetensors"))
    let report = try FeatureExporter.export(
      scratch.file("dense.safetensors"), to: scratch.file("after.safetensors"))
    #expect(report.features.trunk.dilatedStages == 0 && report.largestDifference < 1e-4)
    #expect(report.steps.contains { $0.name == "strides restored" })
    var options = FeatureExporter.Options()
    options.keepsForm = true
    let kept = try FeatureExporter.export(
      scratch.file("dense.safetensors"), to: scratch.file("kept.safetensors"), options: options)
    #expect(kept.features.trunk.dilatedStages == 2)
  }
}
