import Datasets
import FeatureExport
import Foundation
import Images
import Layers
import Networks
import Randomness
import Tensors
import TestSupport
import Testing
import Training

/// Every format in the hands of the programs it is for: PyTorch, torchvision, ONNX Runtime, h5py.
///
/// Needs a Python that has them (`PIGMENT_PYTHON`, else `python3`); skipped where there is none.
@Suite struct ParityTests {
  static let python: String? = {
    let wanted = ProcessInfo.processInfo.environment["PIGMENT_PYTHON"] ?? "python3"
    let packages = "h5py, onnx, onnxruntime, safetensors, torch, torchvision"
    return run(wanted, ["-c", "import \(packages)"]).status == 0 ? wanted : nil
  }()

  static func run(_ program: String, _ arguments: [String]) -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    guard (try? process.run()) != nil else { return (1, "") }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// Sixteen photographs where they lie beside the checkout, else drawn noise.
  static func pictures(side: Int) throws -> [Picture] {
    let folder = SharedData.path("data/photos")
    let names = (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
      .filter { $0.lowercased().hasSuffix(".jpg") }.sorted()
    guard names.count >= 16 else {
      return (0..<16).map { Colors.picture(side: side, seed: UInt64($0)) }
    }
    var augmentation = Augmentation()
    augmentation.size = side
    return try (0..<16).map {
      let path = "\(folder)/\(names[$0 * names.count / 16])"
      return augmentation.center(of: try Picture(contentsOfFile: path))
    }
  }

  /// Writes every export of an archive, and what its layers say about the pictures.
  static func write(_ archive: FeatureArchive, _ pictures: [Picture], to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let names = archive.trunk.names
    var options = FormatOptions()
    options.outputs = names
    try archive.write(.pytorch, to: "\(folder)/pytorch")
    try archive.write(.onnx, to: "\(folder)/model.onnx", options: options)
    try archive.write(.caffe, to: "\(folder)/caffe.h5")
    var expected = TensorArchive(source: "\(folder)/expected.safetensors")
    let (side, count) = (pictures[0].width, pictures.count)
    let pixels = pictures.flatMap { picture in
      (0..<3).flatMap { channel in
        stride(from: channel, to: picture.samples.count, by: 3).map {
          Float(picture.samples[$0]) / 255
        }
      }
    }
    expected.add("pictures", Tensor(pixels, shape: [count, 3, side, side]))
    let input = archive.description.preprocessing.input(of: pictures, on: .cpu)
    let outputs = archive.trunk.outputs(input, of: Set(names))
    for name in names { expected.add("output.\(name)", outputs[name]!) }
    try expected.write(to: expected.source)
  }

  @Test(
    .enabled(
      if: Self.python != nil,
      "needs a Python with torch, torchvision, onnx, onnxruntime, safetensors, h5py"))
  func everyExportGivesTheSameFeaturesElsewhere() throws {
    let scratch = try Scratch()
    let networks: [(String, TrunkConfiguration, Preprocessing.Channels)] = [
      ("eccv16", Samples.configuration(.eccv16, width: 0.125), .lightness),
      ("eccv16-affine-lab", Samples.configuration(.eccv16, channels: 3, affine: true), .lab),
      ("alexnet", Samples.configuration(.alexnet, form: .transfer), .lightness),
      ("alexnet-dense-gray", Samples.configuration(.alexnet), .gray),
      ("vgg16-ab", Samples.configuration(.vgg16, channels: 2), .ab),
      ("vgg16", Samples.configuration(.vgg16, width: 1, channels: 3, normalization: false), .rgb),
    ]
    for (name, configuration, channels) in networks {
      let side = max(64, configuration.smallestSide)
      try Self.write(
        Samples.archive(configuration, channels), try Self.pictures(side: side),
        to: scratch.file(name))
    }
    let script = SharedData.packagePath("Tests/FeatureExportTests/Parity/parity.py")
    let result = Self.run(try #require(Self.python), [script, scratch.path])
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("torchvision, strict=True"), "\(result.output)")
    print(result.output)
  }
}
