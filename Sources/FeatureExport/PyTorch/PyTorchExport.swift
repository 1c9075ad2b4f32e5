internal import Files
internal import Foundation
internal import Layers
internal import Networks
internal import Randomness
internal import Tensors

/// A folder that PyTorch users can load: `weights.safetensors`, `extractor.py`,
/// `golden.safetensors`.
struct PyTorchExport {
  static let weights = "weights.safetensors"
  static let golden = "golden.safetensors"
  static let script = "extractor.py"
  /// All that an export is made of.
  static let files = [weights, golden, script]

  let archive: FeatureArchive
  let options: FormatOptions
  /// The trunk as PyTorch has it.
  private let trunk: Stack

  /// The export of an archive to `path`; an error where the options do not fit the trunk.
  init(_ archive: FeatureArchive, options: FormatOptions, path: String) throws(ArchiveError) {
    self.archive = archive
    self.options = options
    let configuration = archive.description.trunk
    trunk = configuration.forPyTorch.affine ? archive.trunk.withGains : archive.trunk
    guard options.classifier else { return }
    func failure(_ problem: String) -> ArchiveError {
      .init(file: path, problem: "cannot have a classifier: \(problem)")
    }
    guard configuration.architecture == .vgg16 else {
      throw failure("torchvision has none for a \(configuration.summary), only for vgg16")
    }
    guard configuration.inputChannels == 3 else {
      throw failure(
        "torchvision's vgg16 has 3 input channels, this one \(configuration.inputChannels); give "
          + "--input rgb with a trunk that was trained on gray")
    }
    guard configuration.width == 1 else {
      throw failure("torchvision's vgg16 has width 1, this one \(configuration.width)")
    }
  }

  func write(to folder: String) throws {
    try POSIXFiles.posix.makeDirectory(folder)
    let layout = PyTorchLayout(trunk, archive.description.trunk)
    var description = archive.description
    description.trunk = description.trunk.forPyTorch
    var weights = TensorArchive(
      metadata: [
        "format": "pt", "names": layout.prefix.isEmpty ? "pigment" : "torchvision",
      ].merging(try description.words(for: trunk)) { $1 }, source: "\(folder)/\(Self.weights)")
    for module in layout.modules {
      guard let layer = module.layer else { continue }
      for named in trunk[layer].tensors {
        weights.add(layout.name(of: named.name, in: layer), named.tensor)
      }
      if trunk[layer] is BatchNormalization {
        let count = UInt64(max(description.provenance.iterations, 0))
        weights.add(
          .init(
            name: layout.name(of: "num_batches_tracked", in: layer), type: .i64, shape: [],
            bytes: withUnsafeBytes(of: count.littleEndian, Array.init)))
      }
    }
    if options.classifier {
      Self.addClassifier(to: &weights)
      weights.metadata["classifier"] = "noise, drawn as torchvision draws it"
    }
    var golden = TensorArchive(metadata: ["format": "pt"], source: "\(folder)/\(Self.golden)")
    archive.golden.save(into: &golden)
    let script = ExtractorScript(description: description, layout: layout).text
    try golden.write(to: golden.source)
    try AtomicFile.write(script, to: "\(folder)/\(Self.script)")
    try weights.write(to: weights.source)
  }

  /// Another file of an export beside its state dict.
  static func file(_ name: String, beside weights: String) -> String {
    let folder = (weights as NSString).deletingLastPathComponent
    return folder.isEmpty ? name : "\(folder)/\(name)"
  }

  /// Names and shapes of torchvision's classifier, with the tensors torchvision would start it
  /// with: normal weights of deviation 0.01 and zero biases.
  private static func addClassifier(to archive: inout TensorArchive) {
    let key = RandomKey(seed: 0).folding("torchvision classifier")
    for (index, outputs, inputs) in [(0, 4096, 25088), (3, 4096, 4096), (6, 1000, 4096)] {
      let name = "classifier.\(index)"
      archive.add(
        "\(name).weight",
        Initializer.gaussian(deviation: 0.01).tensor(
          shape: [outputs, inputs], key: key.folding(name), on: .cpu))
      archive.add("\(name).bias", Tensor(filledWith: 0, shape: [outputs]))
    }
  }
}
