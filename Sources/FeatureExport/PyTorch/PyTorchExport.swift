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
    let name = configuration.architecture.rawValue
    guard configuration.torchvision != nil else {
      throw failure("torchvision has none for a \(configuration.summary)")
    }
    guard configuration.inputChannels == 3 else {
      throw failure(
        "torchvision's \(name) has 3 input channels, this one \(configuration.inputChannels); give "
          + "--input rgb with a trunk that was trained on gray")
    }
    guard configuration.width == 1 else {
      throw failure("torchvision's \(name) has width 1, this one \(configuration.width)")
    }
  }

  func write(to folder: String) throws {
    try POSIXFiles.posix.makeDirectory(folder)
    let layout = PyTorchLayout(trunk, archive.description.trunk)
    var description = archive.description
    description.trunk = description.trunk.forPyTorch
    var weights = TensorArchive(
      metadata: [
        "format": "pt", "names": layout.isTorchvision ? "torchvision" : "pigment",
      ].merging(try description.words(for: trunk)) { $1 }, source: "\(folder)/\(Self.weights)")
    for module in layout.modules {
      guard let layer = module.layer else { continue }
      for named in trunk[layer].tensors {
        weights.add(layout.name(of: named.name, in: layer), named.tensor)
      }
      for norm in Self.normalizations(of: trunk[layer]) {
        let count = UInt64(max(description.provenance.iterations, 0))
        weights.add(
          .init(
            name: layout.name(of: "\(norm)num_batches_tracked", in: layer), type: .i64, shape: [],
            bytes: withUnsafeBytes(of: count.littleEndian, Array.init)))
      }
    }
    if options.classifier, let torchvision = description.trunk.torchvision {
      Self.add(torchvision, to: &weights)
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
    let folder = Files.folder(of: weights)
    return folder == "." ? name : "\(folder)/\(name)"
  }

  /// What stands before the names of the tensors of each normalization in a layer: nothing in one
  /// that is a normalization itself, the names inside of a block.
  private static func normalizations(of layer: any StackLayer) -> [String] {
    switch layer.kind {
    case .batchNormalization: [""]
    case .residual(let block):
      block.branches.flatMap { branch in
        branch.stack.stages.filter { $0.layer.kind.batchNormalization != nil }
          .map { "\(branch.prefix)\($0.name)." }
      }
    case .convolution, .transposedConvolution, .dense, .responseNormalization, .relu, .maxPooling,
      .averagePooling, .globalAveragePooling, .dropout, .upsampling:
      []
    }
  }

  /// Names and shapes of torchvision's classifier, with tensors drawn as torchvision draws them.
  private static func add(
    _ torchvision: TrunkDescription.Torchvision, to archive: inout TensorArchive
  ) {
    let key = RandomKey(seed: 0).folding("torchvision classifier")
    for (name, outputs, inputs) in torchvision.classifier {
      let key = key.folding(name)
      let (weight, bias): (Tensor, Tensor)
      switch torchvision.classifierNoise {
      case .normal:
        weight = Initializer.gaussian(deviation: 0.01).tensor(
          shape: [outputs, inputs], key: key, on: .cpu)
        bias = Tensor(filledWith: 0, shape: [outputs])
      case .uniform:
        let bound = 1 / Double(inputs).squareRoot()
        var stream = key.stream()
        func noise(_ shape: Shape) -> Tensor {
          Tensor(
            (0..<shape.count).map { _ in Float(stream.uniform(in: -bound..<bound)) },
            shape: shape)
        }
        (weight, bias) = (noise([outputs, inputs]), noise([outputs]))
      }
      archive.add("\(name).weight", weight)
      archive.add("\(name).bias", bias)
    }
  }
}
