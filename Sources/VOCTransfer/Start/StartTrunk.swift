public import Configurations
internal import Files
public import Layers
public import Networks
public import Randomness
public import Tensors
internal import Text

/// The settings that a start needs of a task.
public protocol StartSettings: Configuration {
  /// The trunk, the same for every start.
  var trunk: TrunkConfiguration { get }
  /// What the network sees of a picture.
  var input: InputConfiguration { get }
  /// Rows and columns that pictures have, about.
  var inputSize: Int { get }
}

extension Start {
  /// What is known of a start before it is built.
  public struct Origin: Sendable, Equatable {
    /// How pictures become the network's input.
    public let preprocessing: Preprocessing
    /// The digest of the archive's bytes; empty where there is none.
    public let digest: String
  }

  /// A trunk to begin from, and everything that proves what it is.
  public struct Trunk {
    /// The layers.
    public let stack: Stack
    /// What they are.
    public let configuration: TrunkConfiguration
    /// How pictures become its input.
    public let preprocessing: Preprocessing
    /// What became of every tensor of an archive; nil where there is none, and the whole trunk is
    /// fresh.
    public let report: LoadReport?
    /// Where the archive's weights come from; nil where there is none.
    public let provenance: FeatureDescription.Provenance?
    /// What was learned from training pictures; nil where nothing was.
    public let initialization: InitializationReport?
    /// The digest of the archive's bytes; empty where there is none.
    public let digest: String
    /// The start in words, with the digest of an archive: what a checkpoint remembers of it.
    public let identity: String
  }

  /// What the networks of a comparison with these settings see from this start; an error where it
  /// cannot take part.
  public func origin(_ settings: some StartSettings) throws -> Origin {
    if let problem = settings.trunk.problem {
      throw ConfigurationError(place: "trunk", problem: problem)
    }
    try ConfigurationError.requireCounts(["input.startPictures": settings.input.startPictures])
    let usual = Preprocessing(settings.input.channels, size: settings.inputSize)
    guard let path else {
      try settings.input.check(settings.trunk)
      return Origin(preprocessing: usual, digest: "")
    }
    try requireFile(path)
    let (description, digest) = try FeatureArchive.describe(path)
    if case .supervised = self, !description.provenance.usesLabels {
      throw StartError(
        start: path,
        problem: """
          was not trained with labels but by '\(description.provenance.task)'; train one by \
          'pigment transfer classify', export its run, and give that as supervised=FILE
          """)
    }
    var preprocessing = description.preprocessing
    if preprocessing.channels == .lightness && settings.input.channels == .lab {
      try settings.input.check(settings.trunk)
      preprocessing.channels = .lab
      preprocessing.mean += usual.mean.dropFirst()
      preprocessing.scale += usual.scale.dropFirst()
    }
    try settings.input.check(preprocessing, of: path)
    preprocessing.size = settings.inputSize
    return Origin(preprocessing: preprocessing, digest: digest)
  }

  /// Throws where a plain word is neither a file nor a start that needs none, with the names of
  /// those.
  private func requireFile(_ path: String) throws {
    // Looking into a file fails.
    guard (try? POSIXFiles.posix.exists("\(path)/checkpoints")) != true else {
      throw StartError(
        start: path,
        problem: "is a run folder; pigment export \(path) --output \(path).safetensors makes a "
          + "start of it")
    }
    let isWord = !path.contains(where: { "./".contains($0) })
    guard isWord, try !POSIXFiles.posix.exists(path) else { return }
    let names = Self.byName.map(\.name).sorted(byLikenessTo: path)
    throw StartError(
      start: path,
      problem: "is no file, and none of \(names.joined(separator: ", ")); give one of those, or "
        + "the path of a feature archive")
  }

  /// The start as a comparison uses it: looked at, and its archive read and proven, once.
  public func prepared(
    _ settings: some StartSettings, on device: Device
  ) throws -> PreparedStart {
    let origin = try origin(settings)
    guard let path else { return PreparedStart(start: self, origin: origin, archive: nil) }
    let (archive, report) = try FeatureArchive.read(path, on: device)
    let prepared = PreparedStart(start: self, origin: origin, archive: (archive, report, path))
    _ = try prepared.configuration(settings)
    return prepared
  }

  /// The trunk that `settings` describe, from a start that is looked at now.
  public func trunk(
    _ settings: some StartSettings, pictures: StartPictures? = nil, key: RandomKey,
    on device: Device
  ) throws -> Trunk {
    try prepared(settings, on: device).trunk(settings, pictures: pictures, key: key, on: device)
  }
}

extension TrunkConfiguration {
  /// The wanted trunk, where this one's tensors fit it; `path` names the archive in the error.
  func fitted(
    to wanted: TrunkConfiguration, keepingInputs: Bool, extending: Bool, _ path: String
  ) throws -> TrunkConfiguration {
    var (found, wanted) = (self, wanted)
    if keepingInputs && !extending { wanted.inputChannels = found.inputChannels }
    if extending { found.inputChannels = wanted.inputChannels }
    found = found.inForm(of: wanted)
    guard found.hasSameShape(as: wanted) else {
      throw ArchiveError(
        file: path,
        problem: """
          holds the trunk \(summary), the configuration asks for \(wanted.summary); set trunk.* to \
          match
          """)
    }
    wanted.isFolded = isFolded
    return wanted
  }
}

extension Stack {
  /// Takes the tensors of a stack of the same layers; filters that see more channels than the
  /// other's get zeros for those.
  mutating func adopt(_ other: Stack) {
    let tensors = Dictionary(uniqueKeysWithValues: other.tensors.map { ($0.name, $0.tensor) })
    transform { named in
      let (mine, found) = (named.tensor, tensors[named.name]!)
      guard found.shape != mine.shape else { return found }
      let rest = mine.shape.replacing(1, with: mine.shape[1] - found.shape[1])
      return concatenate([found, Tensor(filledWith: 0, shape: rest, on: mine.device)])
    }
  }
}

extension FeatureDescription.Provenance {
  /// How the task of a trunk that was trained with labels begins.
  public static let labelPrefix = "labels-"

  /// Whether the trunk was trained with labels.
  public var usesLabels: Bool { task.hasPrefix(Self.labelPrefix) }
}
