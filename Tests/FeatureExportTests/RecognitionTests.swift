import FeatureExport
import Foundation
import Layers
import Networks
import Tensors
import Testing

/// State dicts without a word about themselves, known by their names and shapes.
@Suite struct RecognitionTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private var output: String { scratch.file("out.safetensors") }

  /// A state dict as torchvision has it, with names changed, and tensors added.
  private func foreign(
    _ configuration: TrunkConfiguration, _ channels: Preprocessing.Channels = .rgb,
    adding extra: [String] = [], rename: (String) -> String = { $0 }
  ) throws -> FeatureArchive {
    let archive = Samples.archive(configuration, channels)
    let folder = scratch.file("export")
    try? FileManager.default.removeItem(atPath: folder)
    try archive.write(.pytorch, to: folder)
    var copy = TensorArchive(source: scratch.file("foreign.safetensors"))
    for entry in try TensorArchive(reading: "\(folder)/weights.safetensors").entries {
      copy.add(
        .init(
          name: rename(entry.name), type: entry.type, shape: entry.shape, bytes: entry.bytes))
    }
    for name in extra { copy.add(name, Tensor([1 as Float, 2], shape: [2])) }
    try copy.write(to: copy.source)
    return archive
  }

  private func recognized(ignoring: [String] = []) throws -> FeatureImporter.Report {
    try FeatureImporter.import(
      scratch.file("foreign.safetensors"), to: output, options: nil, ignoring: ignoring)
  }

  static let architectures: [(TrunkConfiguration.Architecture, Bool)] = [
    (.vgg11, true), (.vgg11, false), (.vgg13, true), (.vgg13, false), (.vgg16, true),
    (.vgg16, false), (.vgg19, true), (.vgg19, false), (.resnet18, true), (.resnet34, true),
    (.resnet50, true), (.torchvisionAlexNet, false),
  ]

  @Test(arguments: architectures)
  func torchvisionsNetworksAre(
    _ architecture: TrunkConfiguration.Architecture, _ normalized: Bool
  ) throws {
    let configuration = Samples.configuration(
      architecture, channels: 3, form: .transfer, normalization: normalized, affine: normalized)
    let head = architecture.rawValue.hasPrefix("resnet") ? "fc.weight" : "classifier.6.weight"
    let archive = try foreign(configuration, adding: [head])
    let report = try recognized()
    #expect(report.features.trunk == configuration)
    #expect(report.features.preprocessing == Preprocessing(.rgb, size: 224))
    #expect(report.recognized.count == 3 && report.notes == [])
    let imported = try FeatureArchive.read(output).archive
    for (new, old) in zip(imported.trunk.tensors, archive.trunk.tensors) {
      #expect(new.name == old.name && new.tensor.floats == old.tensor.floats, "\(new.name)")
    }
  }

  @Test(arguments: ["module.", "backbone.", "model.", "module.model.", "model.backbone.module."])
  func prefixesAreRemoved(_ prefix: String) throws {
    let configuration = Samples.configuration(.resnet18, channels: 3, form: .transfer, affine: true)
    _ = try foreign(configuration, adding: ["head.weight", "\(prefix)fc.2.bias"]) { prefix + $0 }
    let report = try recognized()
    #expect(report.features.trunk == configuration)
    #expect(
      Array(report.recognized.dropFirst().prefix(3)) == [
        "prefix removed from names: \(prefix)", "left out: 1 tensors of a head (fc.2.bias)",
        "left out: 1 tensors outside of \(prefix) (head.weight)",
      ])
  }

  @Test func bothStemsAreTold() throws {
    var configuration = Samples.configuration(.resnet18, channels: 3, form: .transfer, affine: true)
    configuration.stem = .cifar
    _ = try foreign(configuration)
    // Names and everything but the first window are ImageNet's; pictures are not known.
    let text = words { _ = try recognized() }
    #expect(
      text.contains("cifar stem, by pigment's names, but nothing says how pictures"), "\(text)")
  }

  @Test func theReleasedPyTorchNetworkIs() throws {
    let configuration = Samples.configuration(.eccv16, affine: true)
    let archive = try foreign(
      configuration, .lightness, adding: ["model8.0.weight", "model_out.weight"]
    ) { name in
      let parts = name.split(separator: ".").map(String.init)
      let block = Int(String(parts[0].dropFirst(4).prefix(1)))!
      let index =
        parts[0].hasPrefix("norm")
        ? (block < 3 ? 4 : 6) : 2 * (Int(String(parts[0].last!))! - 1)
      return "model\(block).\(index).\(parts[1])"
    }
    let report = try recognized()
    #expect(report.features.trunk.architecture == .eccv16 && report.features.trunk.affine)
    #expect(report.features.preprocessing == Preprocessing(.lightness, size: 224))
    let imported = try FeatureArchive.read(output).archive
    #expect(
      zip(imported.trunk.tensors, archive.trunk.tensors).allSatisfy {
        $0.tensor.floats == $1.tensor.floats
      })
  }

  @Test func whatIsAlmostKnownIsNamed() throws {
    let configuration = Samples.configuration(.resnet50, channels: 3, form: .transfer, affine: true)
    _ = try foreign(configuration, adding: ["projector.0.weight"])
    let more = words { _ = try recognized() }
    #expect(
      more.contains(
        "nearest is a resnet50 by torchvision's names, with projector.0.weight. --ignore"),
      "\(more)")
    #expect(try recognized(ignoring: ["projector."]).features.trunk == configuration)
    _ = try foreign(configuration) { $0 == "layer3.2.bn1.bias" ? "layer3.2.bn1.offset" : $0 }
    let other = words { _ = try recognized() }
    #expect(
      other.contains("without layer3.2.bn1.bias and with layer3.2.bn1.offset"), "\(other)")
    _ = try foreign(configuration) { "net." + $0 }
    #expect(words { _ = try recognized() }.contains("no trunk is known by such names (net.bn1.b"))
  }

  @Test func whatHasNoKnownPicturesNeedsOptions() throws {
    // torchvision's names, but of a network that sees one channel.
    _ = try foreign(Samples.configuration(.vgg16, affine: true), .gray)
    let gray = words { _ = try recognized() }
    #expect(
      gray.contains("1 input channel, affine, by torchvision's names, but nothing says"), "\(gray)")
    // Our names without our description.
    _ = try foreign(Samples.configuration(.eccv16), .lightness)
    let ours = words { _ = try recognized() }
    #expect(ours.contains("by pigment's names, but nothing says how pictures are"), "\(ours)")
    #expect(ours.contains("give --architecture eccv16 and --channels"), "\(ours)")
  }

  @Test func whoWantsAnArchiveIsToldOfTheImport() {
    for (name, what) in [
      ("alexnet.pth", "a file of torch.save"), ("colorization.caffemodel", "a .caffemodel"),
    ] {
      let path = TorchGolden.file(name)
      let text = words { _ = try FeatureArchive.readOrExplain(path) }
      #expect(text == "\(path): is \(what); pigment import \(path) makes an archive of it")
    }
  }
}
