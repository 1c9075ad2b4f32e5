import FeatureExport
import Foundation
import HDF5
import Layers
import Networks
import Tensors
import Testing

/// `--check` looks at all that an export is made of, not at its weights alone.
@Suite struct WholeCheckTests {
  let scratch: Scratch
  let path: String
  init() throws {
    scratch = try Scratch()
    path = scratch.file("out.x")
  }

  func write(_ format: ExportFormat) throws {
    try Samples.archive(Samples.configuration(.eccv16)).write(format, to: path)
  }

  func check() -> String { words { _ = try ExportCheck(path) } }

  /// Writes the state dict again with other words.
  func change(_ change: (inout [String: String]) -> Void) throws {
    let file = "\(path)/weights.safetensors"
    var archive = try TensorArchive(reading: file)
    change(&archive.metadata)
    try archive.write(to: file)
  }

  static let digest = "pigment.features.sha256"

  @Test func theScriptIsTheOneThatGoesWithTheWeights() throws {
    try write(.pytorch)
    #expect(check() == "")
    let script = "\(path)/extractor.py"
    let text = try String(contentsOfFile: script, encoding: .utf8)
    for changed in ["garbage", "", text.replacing("[50.0]", with: "[51.0]")] {
      #expect(changed != text)
      try Data(changed.utf8).write(to: URL(filePath: script))
      #expect(check().contains("out.x/extractor.py: is not the text that goes with"))
      #expect(check().contains("export it again"))
    }
    try FileManager.default.removeItem(atPath: script)
    #expect(check().contains("extractor.py"))
  }

  @Test func theDescriptionIsTheOneThatWasWritten() throws {
    try write(.pytorch)
    try change { words in
      words[FeatureDescription.key]!.replace("\"mean\":[50]", with: "\"mean\":[51]")
    }
    #expect(check().contains("is damaged: its description is not the one"), "\(check())")
    let text = words {
      _ = try FeatureImporter.import(path, to: scratch.file("i.safetensors"), options: nil)
    }
    #expect(text.contains("is damaged: its description"), "\(text)")
    // Without a digest, as exports of version 0.1: the script tells.
    try change { $0[Self.digest] = nil }
    #expect(check().contains("extractor.py: is not the text that goes with"), "\(check())")
    try change { words in
      words[FeatureDescription.key]!.replace("\"mean\":[51]", with: "\"mean\":[50]")
    }
    #expect(check() == "")
  }

  /// The golden input does not feel every weight: a channel that it leaves silent has any bias.
  @Test func noWeightIsAnother() throws {
    try write(.pytorch)
    let file = "\(path)/weights.safetensors"
    let old = try TensorArchive(reading: file)
    func changed(_ name: String, by change: (Float) -> Float) throws {
      var new = TensorArchive(metadata: old.metadata, source: file)
      for var entry in old.entries {
        if entry.name == name {
          var values = try old.tensor(name, on: .cpu).floats
          values[0] = change(values[0])
          entry = .init(
            name: name, type: .f32, shape: entry.shape, bytes: values.withUnsafeBytes { Array($0) })
        }
        new.add(entry)
      }
      try new.write(to: file)
    }
    try changed("norm7.running_var") { $0.nextUp }
    #expect(check().contains("is damaged: its weights are not those"), "\(check())")
    let text = words {
      _ = try FeatureImporter.import(path, to: scratch.file("i.safetensors"), options: nil)
    }
    #expect(text.contains("is damaged: its weights are not those"), "\(text)")
    try changed("norm7.running_var") { $0 }
    #expect(check() == "")
    #expect(try ExportCheck(path).description.contains("golden ones by 0 at most"))
  }

  @Test func caffesWeightsAndAModelsAreThoseThatWereWritten() throws {
    let archive = Samples.archive(Samples.configuration(.eccv16))
    let bias = try #require(archive.trunk.tensors.first { $0.name == "conv5_2.bias" })
    let wanted = bias.tensor.floats.withUnsafeBytes { Data($0) }
    for (format, text) in [
      (ExportFormat.caffe, "its content is not what was written"),
      (.onnx, "is damaged: it is not the model"),
    ] {
      try archive.write(format, to: scratch.file("\(format)"))
      var bytes = try Data(contentsOf: URL(filePath: scratch.file("\(format)")))
      let place = try #require(bytes.range(of: wanted))
      bytes[place.lowerBound] ^= 1
      try bytes.write(to: URL(filePath: scratch.file("\(format)")))
      let found = words { _ = try ExportCheck(scratch.file("\(format)")) }
      #expect(found.contains(text), "\(format): \(found)")
    }
  }

  @Test func whatIsNoExportIsCalledByItsName() throws {
    let torch = TorchGolden.file("alexnet.pth")
    #expect(words { _ = try ExportCheck(torch) }.contains("is a file of torch.save, which pigment"))
    try Samples.run(at: scratch.file("run"))
    #expect(
      words { _ = try ExportCheck(scratch.file("run")) }.contains("is a run folder; pigment export")
    )
    #expect(words { _ = try ExportCheck(scratch.path) }.contains("without weights.safetensors"))
  }

  @Test func aModelSaysWhatItWasWrittenWith() throws {
    try write(.onnx)
    #expect(check() == "")
    var bytes = try Data(contentsOf: URL(filePath: path))
    let place = try #require(bytes.range(of: Data("\"iterations\":7".utf8)))
    bytes.replaceSubrange(place, with: Data("\"iterations\":9".utf8))
    try bytes.write(to: URL(filePath: path))
    #expect(check().contains("is damaged: its description is not the one"), "\(check())")
  }

  @Test func thePrototxtIsTheOneThatGoesWithTheWeights() throws {
    try write(.caffe)
    #expect(check() == "")
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
    let file = scratch.file(try #require(names.first { $0.hasSuffix(".prototxt") }))
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let changed = text.replacing("less [50.0]", with: "less [51.0]")
    #expect(changed != text)
    try Data(changed.utf8).write(to: URL(filePath: file))
    #expect(check().contains(".prototxt: is not the text that goes with"), "\(check())")
    let stored = try HDF5File(reading: path)
    #expect(try stored.attribute(Self.digest, as: String.self).count == 64)
  }
}
