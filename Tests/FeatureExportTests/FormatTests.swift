import FeatureExport
import Foundation
import HDF5
import Layers
import Networks
import Tensors
import Testing

/// Every format, written, read back, and damaged.
@Suite struct FormatTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  static let trunks: [(TrunkConfiguration, Preprocessing.Channels)] = [
    (Samples.configuration(.eccv16), .lightness),
    (Samples.configuration(.eccv16, channels: 2, affine: true), .ab),
    (Samples.configuration(.alexnet, form: .transfer), .gray),
    (Samples.configuration(.vgg16, channels: 3, affine: true), .rgb),
    (Samples.configuration(.vgg16, channels: 3, normalization: false), .lab),
  ]

  func write(
    _ number: Int, _ format: ExportFormat, options: FormatOptions = .init()
  ) throws -> (FeatureArchive, String) {
    let (configuration, channels) = Self.trunks[number]
    let archive = Samples.archive(configuration, channels)
    let path = scratch.file("\(format)-\(number)" + (format == .onnx ? ".onnx" : ".h5"))
    try archive.write(format, to: path, options: options)
    return (archive, path)
  }

  @Test(arguments: 0..<5, [ExportFormat.pytorch, .onnx, .caffe])
  func isReadBackAndProven(_ number: Int, _ format: ExportFormat) throws {
    let (archive, path) = try write(number, format)
    let check = try ExportCheck(path)
    #expect(check.format == format && check.largestDifference < 1e-4)
    #expect(check.features.layers == archive.description.layers)
  }

  @Test(arguments: 0..<5, [ExportFormat.pytorch, .caffe])
  func isImportedByTheStrictDoor(_ number: Int, _ format: ExportFormat) throws {
    let (archive, path) = try write(number, format)
    let output = scratch.file("imported.safetensors")
    let report = try FeatureImporter.import(path, to: output, options: nil)
    #expect(report.features.provenance == archive.description.provenance)
    #expect(report.load.loaded.allSatisfy { $0.norm != nil } && report.load.unused == [])
    let imported = try FeatureArchive.read(output).archive
    let outputs = imported.trunk.outputs(archive.golden.input, of: Set(imported.trunk.names))
    #expect(
      try archive.golden.prove(outputs, order: archive.trunk.names, file: "imported") < 1e-5)
  }

  @Test func vggHasTorchvisionsNames() throws {
    let (_, path) = try write(3, .pytorch)
    let names = try TensorArchive(reading: "\(path)/weights.safetensors").names
    let convolutions = [0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40]
    let expected = convolutions.flatMap { number in
      ["weight", "bias"].map { "features.\(number).\($0)" }
        + ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"].map {
          "features.\(number + 1).\($0)"
        }
    }
    #expect(Set(names) == Set(expected) && names.count == expected.count)
    let (_, plain) = try write(4, .pytorch)
    let without = try TensorArchive(reading: "\(plain)/weights.safetensors").names
    #expect(
      Set(without)
        == Set(
          [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28].flatMap {
            ["features.\($0).weight", "features.\($0).bias"]
          }))
    var options = FormatOptions()
    options.classifier = true
    func refusal(_ number: Int) -> String {
      words { _ = try write(number, .pytorch, options: options) }
    }
    #expect(refusal(4).contains("torchvision's vgg16 has width 1, this one 0.0625"))
    #expect(refusal(0).contains("torchvision has none for a eccv16"))
  }

  @Test func aClassifierNeedsThreeChannels() throws {
    // torchvision's model would not take the first filters of any other number.
    var options = FormatOptions()
    options.classifier = true
    let archive = Samples.archive(Samples.configuration(.vgg16), .gray)
    let text = words { try archive.write(.pytorch, to: scratch.file("x"), options: options) }
    #expect(text.contains("has 3 input channels, this one 1; give --input rgb"), "\(text)")
    #expect(!FileManager.default.fileExists(atPath: scratch.file("x")))
  }

  @Test func theImageIsPreparedInTheModelAndLayersAreOutputsOnRequest() throws {
    var options = FormatOptions()
    options.outputs = ["conv2_2", "norm3"]
    let (_, path) = try write(0, .onnx, options: options)
    #expect(try ExportCheck(path).largestDifference < 1e-4)
    for outputs in [["conv99"], ["all", "conv99"]] {
      options.outputs = outputs
      let text = words { _ = try write(0, .onnx, options: options) }
      #expect(
        text.contains(
          "onnx-0.onnx: cannot be written: the trunk has no layer 'conv99'; there are conv1_1, "),
        "\(text)")
    }
    options.outputs = ["all"]
    let (archive, all) = try write(0, .onnx, options: options)
    let bytes = try Data(contentsOf: URL(filePath: all))
    for name in archive.trunk.names {
      // The height of each output is free under a name of its own.
      #expect(bytes.range(of: Data("height_\(name)".utf8)) != nil)
    }
    #expect(try ExportCheck(all).largestDifference < 1e-4)
  }

  @Test func caffeHasTheReleasedNamesAndBlueFirst() throws {
    let (_, eccv16) = try write(0, .caffe)
    let names = try HDF5File(reading: eccv16).members(of: "/data")
    #expect(names.contains("bw_conv1_1") && names.contains("conv3_3norm"))
    #expect(try HDF5File(reading: eccv16).read("/data/conv3_3norm/2", as: Float.self) == [1])
    let (archive, vgg) = try write(3, .caffe)
    let stored: [Float] = try HDF5File(reading: vgg).read("/data/conv1_1/0")
    let ours = (archive.trunk["conv1_1"] as! Convolution).weight.floats
    #expect(Array(stored[0..<9]) == Array(ours[18..<27]))
    #expect(Array(stored[9..<18]) == Array(ours[9..<18]))
    let prototxt = try String(
      contentsOfFile: "\(vgg).prototxt", encoding: .utf8)
    #expect(prototxt.contains("name: \"conv1_1norm_scale\" type: \"Scale\""))
  }

  @Test(arguments: [ExportFormat.onnx, .caffe])
  func exportsBesideOneAnotherShareNothing(_ format: ExportFormat) throws {
    let names = ["col.seed1", "col.seed2", "net.prototxt", "net.golden.safetensors"]
    for (seed, name) in names.enumerated() {
      let archive = Samples.archive(Samples.configuration(.eccv16), seed: UInt64(seed + 1))
      try archive.write(format, to: scratch.file(name))
    }
    for name in names {
      #expect(try ExportCheck(scratch.file(name)).format == format)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).count == 8)
  }

  @Test(arguments: [ExportFormat.onnx, .caffe])
  func theFileBesideMayHaveItsOldName(_ format: ExportFormat) throws {
    // As version 0.1 called it: without the ending of the export.
    let (_, path) = try write(0, format)
    let ending = format == .onnx ? ".golden.safetensors" : ".prototxt"
    let old = (path as NSString).deletingPathExtension + ending
    try FileManager.default.moveItem(atPath: path + ending, toPath: old)
    #expect(try ExportCheck(path).format == format)
    try FileManager.default.removeItem(atPath: old)
    let text = words { _ = try ExportCheck(path) }
    #expect(text.contains(path + ending), "\(text)")
  }

  @Test(arguments: [ExportFormat.pytorch, .onnx, .caffe])
  func aTruncatedFileIsRefused(_ format: ExportFormat) throws {
    let (_, path) = try write(0, format)
    let file = format == .pytorch ? "\(path)/weights.safetensors" : path
    let bytes = try Data(contentsOf: URL(filePath: file))
    for count in [0, 7, 100, bytes.count / 2, bytes.count - 3] {
      try bytes.prefix(count).write(to: URL(filePath: file))
      let text = words { _ = try ExportCheck(path) }
      #expect(text.contains((file as NSString).lastPathComponent), "\(count) bytes: \(text)")
    }
  }

  @Test func aModelWithAnotherNumberIsNotProven() throws {
    let (_, path) = try write(0, .onnx)
    var bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
    // Somewhere in the filters, which are most of the file; the exponents of sixteen of them.
    for place in bytes.count / 2..<bytes.count / 2 + 64 { bytes[place] ^= 0x40 }
    try Data(bytes).write(to: URL(filePath: path))
    #expect(words { _ = try ExportCheck(path) }.contains("is damaged: it is not the model"))
  }
}
