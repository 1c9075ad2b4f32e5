import Foundation
import Networks
import TestSupport
import Testing

/// Every format in the hands of the programs it is for: PyTorch, torchvision, ONNX Runtime, h5py.
///
/// Needs a Python that has them (`PIGMENT_PYTHON`, that of `make bench-peer`, or `python3`).
@Suite struct ParityTests {
  static let packages = ["h5py", "onnx", "onnxruntime", "safetensors", "torch", "torchvision"]
  static let python = Program.python(with: packages)

  @Test(
    .enabled(
      if: Self.python != nil, "needs a Python with \(Self.packages.joined(separator: ", "))"))
  func everyExportGivesTheSameFeaturesElsewhere() throws {
    let scratch = try Scratch()
    let networks: [(String, TrunkConfiguration, Preprocessing.Channels)] = [
      ("eccv16-lab", Samples.configuration(.eccv16, channels: 3, affine: true), .lab),
      ("alexnet", Samples.configuration(.alexnet, form: .transfer), .gray),
      ("vgg16-ab", Samples.configuration(.vgg16, channels: 2), .ab),
      ("resnet18-rgb", Samples.configuration(.resnet18, width: 1, channels: 3), .rgb),
      ("resnet50-lightness", Samples.configuration(.resnet50, affine: true), .lightness),
    ]
    for (name, configuration, channels) in networks {
      try Samples.write(configuration, channels, to: scratch.file("\(name).safetensors"))
    }
    let script = SharedData.packagePath("Tests/FeatureExportTests/Parity/parity.py")
    var arguments = [script] + networks.map { scratch.file("\($0.0).safetensors") }
    arguments += ["--pigment", Program.pigment]
    let photographs = SharedData.path("data/photos")
    if FileManager.default.fileExists(atPath: photographs) {
      arguments += ["--pictures", photographs]
    }
    let result = try Program.run(try #require(Self.python), arguments)
    #expect(result.status == 0, "\(result.output)")
    for (form, count) in [
      ("extractor.py", networks.count), ("archive, safetensors", networks.count),
      ("onnx, full check", networks.count), ("onnx, golden image\"", networks.count),
      ("onnx, golden image, reference", networks.count), ("caffe, h5py", 3),
      ("torchvision, strict=True", 1),
    ] {
      #expect(
        result.output.components(separatedBy: form).count == count + 1,
        "\(form): \(result.output)")
    }
    print(result.output)
  }

  static let importers = ["h5py", "numpy", "PIL", "safetensors", "torch"]
  static let importingPython = Program.python(with: importers)

  /// torchvision is asked for by the script: wheels for CUDA need its help beside another torch.
  @Test(
    .enabled(
      if: Self.importingPython != nil,
      "needs a Python with \(Self.importers.joined(separator: ", ")) and torchvision"))
  func importsOfTorchvisionsStateDictsGiveItsFeatures() throws {
    let python = try #require(Self.importingPython)
    let finds = "import importlib.util, sys; sys.exit(not importlib.util.find_spec('torchvision'))"
    guard try Program.run(python, ["-c", finds]).status == 0 else {
      print("imports are not compared: \(python) has no torchvision")
      return
    }
    let result = try Program.run(
      python,
      [
        SharedData.packagePath("Tests/FeatureExportTests/Parity/imports.py"), "--pigment",
        Program.pigment,
      ])
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.components(separatedBy: "\"model\"").count == 13, "\(result.output)")
    print(result.output)
  }

  static let readers = ["h5py", "numpy", "PIL", "safetensors", "torch"]
  static let readingPython = Program.python(with: readers)
  static let photographs = SharedData.path("data/photos")

  @Test(
    .enabled(
      if: Self.readingPython != nil, "needs a Python with \(Self.readers.joined(separator: ", "))"),
    .enabled(
      if: FileManager.default.fileExists(atPath: Self.photographs),
      "needs the photographs beside the checkout"))
  func pythonReadsFilesAsPigmentDoes() throws {
    let scratch = try Scratch()
    let archive = scratch.file("eccv16.safetensors")
    try Samples.write(
      Samples.configuration(.eccv16, channels: 3, affine: true), .lab, to: archive)
    let result = try Program.run(
      try #require(Self.readingPython),
      [
        SharedData.packagePath("Tests/FeatureExportTests/Parity/files.py"), archive,
        "--pictures", Self.photographs, "--pigment", Program.pigment,
        "--readme", SharedData.packagePath("README.md"),
      ])
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("\"form\": \"README\""), "\(result.output)")
    print(result.output)
  }
}
