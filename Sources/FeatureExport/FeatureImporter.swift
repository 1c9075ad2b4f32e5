internal import Foundation
internal import Layers
public import Networks
internal import Runs
internal import Tensors
internal import Text

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
    /// What the file was recognized as, in plain lines; none where options said it.
    public let recognized: [String]
    /// What was done to the numbers, or found in the file besides; sentences.
    public let notes: [String]

    /// The trunk, what was recognized, and how much was loaded.
    public var description: String {
      let numbers = load.loaded.reduce(0) { $0 + $1.shape.reduce(1, *) }
      let norms = load.loaded.compactMap(\.norm)
      let loaded =
        "loaded: \(load.loaded.count.counted("tensor")), \(numbers.counted("number")), norms "
        + [norms.min(), norms.max()].map { String(format: "%.6g", $0 ?? 0) }
        .joined(separator: " to ")
      return """
        \(path): \(features.trunk.summary), \(features.preprocessing.channels.rawValue) input; \
        \(features.layers.count) outputs
        \((recognized + [loaded] + notes.map { "note: \($0)" }).joined(separator: "\n"))
        no channel statistics: pigment export \(path) --statistics DATA --output FILE measures them
        """
    }
  }

  /// Makes the archive `output` of a state dict (safetensors, `torch.save`) or of Caffe's weights
  /// (HDF5, .caffemodel).
  ///
  /// A file of ours says itself what `options` say, which must then be nil. Without options other
  /// files are recognized by names and shapes; the report says as what, and an error what they are
  /// nearest to. Gain and offset of normalization are found by name, and weights of other
  /// precisions are made float32; the report says so. A missing, misshapen or left-over tensor and
  /// one that is not finite is an error that names it; left over may be what begins with one of
  /// `ignoring`.
  public static func `import`(
    _ path: String, to output: String, options: Options?, ignoring: [String] = []
  ) throws -> Report {
    let source = try ImportSource(path)
    let known = try FeatureDescription(words: source.words, file: source.file)
    if let known, options != nil {
      throw ArchiveError(
        file: source.file,
        problem: "says itself that it is a \(known.trunk.summary); leave --architecture out")
    }
    let ignored = (options?.ignored ?? []) + ignoring
    let isIgnored: (String) -> Bool = { name in ignored.contains { name.hasPrefix($0) } }
    var plan = try ImportPlan(source, known: known, options: options, isIgnored: isIgnored)
    if let problem = plan.trunk.problem ?? plan.preprocessing.problem {
      throw ArchiveError(file: path, problem: "cannot be imported as a network that \(problem)")
    }
    var notes = source.notes
    if known == nil, plan.source.hasGains(plan.trunk) { notes.append(plan.trunk.takeGains()) }
    let tensors = try plan.source.tensors(
      for: plan.trunk, known: known, isBGR: options?.isBGR ?? false
    ) { isIgnored($0) || plan.leftOut.contains($0) }
    var stack = plan.trunk.emptyTrunk
    let load = try stack.load(from: tensors.archive)
    if let note = tensors.note {
      // The digest that the file names is of the numbers that it was written with.
      notes.append(note)
    } else {
      try FeatureDescription.require(stack, asIn: source.words, file: source.file)
    }
    if let line = load.loaded.first(where: { $0.norm == nil }) {
      throw ArchiveError(
        file: source.file, tensor: line.name, problem: "holds numbers that are not finite")
    }
    let archive = FeatureArchive(
      trunk: stack, configuration: plan.trunk, preprocessing: plan.preprocessing,
      provenance: known?.provenance
        ?? .init(
          task: options?.task ?? "imported", run: (path as NSString).lastPathComponent,
          iterations: options?.iterations ?? 0, seed: 0, dataHash: "unknown",
          git: EnvironmentRecord.programCommit ?? "unknown", recipeHash: "unknown"),
      steps: (known?.steps ?? []) + [
        .init(
          name: "imported",
          detail: "from \((path as NSString).lastPathComponent)" + plan.record
            + (options?.isBGR == true ? "; first filters turned from blue, green, red" : "")
            + (ignored.isEmpty
              ? "" : "; without " + ignored.map { "\($0)…" }.joined(separator: ", "))
            + (tensors.note.map { "; \($0)" } ?? ""),
          largestDifference: 0)
      ])
    let check = try archive.write(.archive, to: output)
    return Report(
      path: output, features: check.features, load: load, recognized: plan.lines, notes: notes)
  }
}

/// What a file is imported as: by its own words, by options, or as it was recognized.
private struct ImportPlan {
  var trunk: TrunkConfiguration
  let preprocessing: Preprocessing
  /// The file, without a prefix of its names.
  var source: ImportSource
  var leftOut: Set<String> = []
  var lines: [String] = []
  var record = ""

  init(
    _ source: ImportSource, known: FeatureDescription?, options: FeatureImporter.Options?,
    isIgnored: (String) -> Bool
  ) throws {
    self.source = source
    if let known {
      (trunk, preprocessing) = (known.trunk, known.preprocessing)
      lines = ["recognized: an export of pigment, by its own words"]
    } else if let options {
      (trunk, preprocessing) = (options.trunk, options.preprocessing)
    } else {
      let found: Recognized
      switch source.weights {
      case .stateDict(let file):
        found = try StateDictRecognition.recognize(file, isIgnored: isIgnored)
      case .layers(let file):
        found = try CaffeRecognition.recognize(file, isIgnored: isIgnored)
      }
      (trunk, preprocessing) = (found.trunk, found.preprocessing)
      self.source.weights = found.weights
      (leftOut, lines, record) = (found.leftOut, found.lines, "; \(found.record)")
    }
  }
}

extension TrunkConfiguration {
  /// Gives its normalization a gain and an offset; the sentence that says so.
  fileprivate mutating func takeGains() -> String {
    affine = true
    return "normalization has a gain and an offset, found by their names"
  }
}
