internal import Foundation
internal import Layers
public import Networks
internal import Runs
internal import Tensors

/// Makes a feature archive of weights that come from elsewhere, by the same strict door.
public enum FeatureImporter {
  /// What a file of weights does not say itself.
  public struct Options: Sendable {
    /// The trunk whose tensors they are.
    public var trunk: TrunkConfiguration
    /// How a picture becomes its input.
    public var preprocessing: Preprocessing
    /// What was learned, in the archive's words.
    public var task = "imported"
    /// Iterations trained, where that is known.
    public var iterations = 0
    /// Whether the first filters see blue, green, red and are to be turned; Caffe's do.
    public var isBGR = false
    /// Beginnings of the names of tensors or layers that may be left out.
    public var ignored: [String] = []

    /// Weights of this trunk.
    public init(trunk: TrunkConfiguration, preprocessing: Preprocessing) {
      self.trunk = trunk
      self.preprocessing = preprocessing
    }
  }

  /// What an import did.
  public struct Report: Sendable, CustomStringConvertible {
    /// The new archive.
    public let path: String
    /// What the archive says of itself.
    public let features: FeatureDescription
    /// What was loaded, with norms.
    public let load: LoadReport
    /// What was done to the numbers, or found in the file besides; sentences.
    public let notes: [String]

    /// The trunk and every tensor's norm.
    public var description: String {
      let lines = load.loaded.map { line in
        "  \(line.name) \(line.shape)  norm "
          + (line.norm.map { String(format: "%.6g", $0) } ?? "not finite")
      }
      return """
        \(path): \(features.trunk.summary), \(features.preprocessing.channels.rawValue) input; \
        \(features.layers.count) outputs
        \((lines + notes.map { "note: \($0)" }).joined(separator: "\n"))
        no channel statistics: pigment export \(path) --statistics DATA --output FILE measures them
        """
    }
  }

  /// Makes the archive `output` of a safetensors state dict or a Caffe HDF5 file.
  ///
  /// A file of ours says itself what `options` say, which must then be nil; for other files they
  /// are needed. Gain and offset of normalization are found by name, and weights of other
  /// precisions are made float32; the report says so. A missing, misshapen or left-over tensor and
  /// one that is not finite is an error that names it.
  public static func `import`(
    _ path: String, to output: String, options: Options?
  ) throws -> Report {
    let format = try ExportCheck.format(of: path)
    let file = format == .pytorch ? PyTorchImport.file(in: path) : path
    let words: [String: String]
    switch format {
    case .pytorch: words = try TensorArchive(reading: file).metadata
    case .caffe: words = try CaffeImport.words(of: file)
    case .archive, .onnx:
      throw ArchiveError(
        file: path,
        problem: format == .archive
          ? "is a feature archive already"
          : "is an ONNX model; weights are read from safetensors "
            + "and HDF5 files")
    }
    let known = try FeatureDescription(words: words, file: file)
    if let known, options != nil {
      throw ArchiveError(
        file: file,
        problem: "says itself that it is a \(known.trunk.summary); leave --architecture out")
    }
    guard var trunk = known?.trunk ?? options?.trunk,
      let preprocessing = known?.preprocessing ?? options?.preprocessing
    else {
      throw ArchiveError(
        file: path, problem: "does not say which trunk it holds; give --architecture")
    }
    if let problem = trunk.problem ?? preprocessing.problem {
      throw ArchiveError(file: path, problem: "cannot be imported as a network that \(problem)")
    }
    let ignored: (String) -> Bool = { name in
      options?.ignored.contains { name.hasPrefix($0) } ?? false
    }
    var notes: [String] = []
    let tensors: ImportedTensors
    if format == .caffe {
      if known == nil, try CaffeImport.hasGains(file, trunk) {
        notes.append(trunk.takeGains())
      }
      tensors = try CaffeImport.tensors(
        of: file, for: trunk, isBGR: known.map(\.preprocessing.isRGB) ?? options?.isBGR ?? false,
        isIgnored: ignored)
    } else {
      let weights = try TensorArchive(reading: file)
      if known == nil, PyTorchImport.hasGains(weights, trunk) { notes.append(trunk.takeGains()) }
      tensors =
        try known.map { try PyTorchImport.tensors(of: weights, for: $0) }
        ?? PyTorchImport.tensors(of: weights, for: trunk, isIgnored: ignored)
    }
    var stack = trunk.emptyTrunk
    let load = try stack.load(from: tensors.archive)
    if let note = tensors.note {
      // The digest that the file names is of the numbers that it was written with.
      notes.append(note)
    } else {
      try FeatureDescription.require(stack, asIn: words, file: file)
    }
    if let line = load.loaded.first(where: { $0.norm == nil }) {
      throw ArchiveError(
        file: file, tensor: line.name, problem: "holds numbers that are not finite")
    }
    let archive = FeatureArchive(
      trunk: stack, configuration: trunk, preprocessing: preprocessing,
      provenance: known?.provenance
        ?? .init(
          task: options?.task ?? "imported", run: (path as NSString).lastPathComponent,
          iterations: options?.iterations ?? 0, seed: 0, dataHash: "unknown",
          git: EnvironmentRecord.programCommit ?? "unknown", recipeHash: "unknown"),
      steps: (known?.steps ?? []) + [
        .init(
          name: "imported",
          detail: "from \((path as NSString).lastPathComponent)"
            + (options.map(\.words) ?? "") + (tensors.note.map { "; \($0)" } ?? ""),
          largestDifference: 0)
      ])
    let check = try archive.write(.archive, to: output)
    return Report(path: output, features: check.features, load: load, notes: notes)
  }
}

extension FeatureImporter.Options {
  /// What was done to the weights besides reading them, for the archive's record.
  fileprivate var words: String {
    (isBGR ? "; first filters turned from blue, green, red" : "")
      + (ignored.isEmpty ? "" : "; without " + ignored.map { "\($0)…" }.joined(separator: ", "))
  }
}

extension TrunkConfiguration {
  /// Gives its normalization a gain and an offset; the sentence that says so.
  fileprivate mutating func takeGains() -> String {
    affine = true
    return "normalization has a gain and an offset, found by their names"
  }
}
