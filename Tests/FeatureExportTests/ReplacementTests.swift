import FeatureExport
import Foundation
import Layers
import Networks
import Tensors
import Testing

/// What is left of an earlier export when a new one takes its place, or fails to.
@Suite struct ReplacementTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Nothing unfinished lies about.
  func expectNoLeftovers() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
    #expect(!names.contains { $0.contains(".tmp.") }, "\(names)")
  }

  @Test func weightsWhoseFeaturesOverflowBecomeNoArchive() throws {
    let archive = Samples.archive(Samples.configuration(.eccv16))
    var large = archive.trunk
    large.transform { named in
      named.role == .weight ? named.tensor.scaled(by: 1e30) : named.tensor
    }
    var file = TensorArchive(source: "large")
    large.save(into: &file)
    try file.write(to: scratch.file("large.safetensors"))
    let output = scratch.file("out.safetensors")
    let options = FeatureImporter.Options(
      trunk: archive.description.trunk, preprocessing: archive.description.preprocessing)
    func attempt() -> String {
      words {
        _ = try FeatureImporter.import(
          scratch.file("large.safetensors"), to: output, options: options)
      }
    }
    #expect(attempt().contains("out.safetensors: tensor 'conv"))
    #expect(attempt().contains("gives features that are not finite"))
    #expect(!FileManager.default.fileExists(atPath: output))
    // And an archive that is there already stays.
    try archive.write(to: output)
    #expect(attempt() != "")
    #expect(try FeatureArchive.read(output).archive.description == archive.description)
    try expectNoLeftovers()
  }

  @Test(arguments: ExportFormat.allCases)
  func anExportTakesThePlaceOfAnOlderOneAsAWhole(_ format: ExportFormat) throws {
    let path = scratch.file("out")
    try Samples.archive(Samples.configuration(.eccv16)).write(format, to: path)
    let next = Samples.archive(Samples.configuration(.vgg16), seed: 2)
    let check = try next.write(format, to: path)
    #expect(check.path == path && check.features.trunk.architecture == .vgg16)
    #expect(try ExportCheck(path).features.layers == next.description.layers)
    try expectNoLeftovers()
  }

  @Test func aFolderIsReplacedWholeOrNotAtAll() throws {
    let path = scratch.file("out")
    let old = Samples.archive(Samples.configuration(.eccv16))
    let new = Samples.archive(Samples.configuration(.eccv16), seed: 2)
    try old.write(.pytorch, to: path)
    // A folder in the place of one file: written file by file, the others were new by then.
    try FileManager.default.removeItem(atPath: "\(path)/weights.safetensors")
    try FileManager.default.createDirectory(
      atPath: "\(path)/weights.safetensors", withIntermediateDirectories: false)
    try new.write(.pytorch, to: path)
    _ = try ExportCheck(path)
    // What others put there is not taken away.
    try Data("mine".utf8).write(to: URL(filePath: "\(path)/notes.txt"))
    let before = try Data(contentsOf: URL(filePath: "\(path)/golden.safetensors"))
    let text = words { try old.write(.pytorch, to: path) }
    #expect(text.contains("holds other things (notes.txt); give the export a folder"), "\(text)")
    #expect(try Data(contentsOf: URL(filePath: "\(path)/golden.safetensors")) == before)
    try expectNoLeftovers()
  }

  @Test func aFolderIsNoPlaceForAFile() throws {
    let text = words {
      try Samples.archive(Samples.configuration(.eccv16)).write(.caffe, to: scratch.path + "/")
    }
    #expect(text.contains("is a folder; give the name of a file"), "\(text)")
  }
}
