public import Layers
public import Networks
public import Randomness
public import Tensors

/// What a transfer network's trunk starts from: one enum, one code path, so that no baseline gets
/// special treatment.
public enum Start: Sendable, Hashable, CustomStringConvertible {
  /// Normal noise of standard deviation 0.01, as Caffe's classic networks start.
  case gaussian
  /// Uniform noise scaled by the fan-in.
  case xavier
  /// Normal noise scaled by the fan-in.
  case he
  /// The trunk of a feature archive at this path.
  case archive(String)

  /// The start that a command line or configuration names: a noise, or a path.
  public init(_ text: String) {
    self =
      switch text {
      case "gaussian": .gaussian
      case "xavier": .xavier
      case "he": .he
      default: .archive(text)
      }
  }

  /// The name in tables.
  public var description: String {
    switch self {
    case .gaussian: "gaussian"
    case .xavier: "xavier"
    case .he: "he"
    case .archive(let path): path
    }
  }

  /// What is known of a start before it is built.
  public struct Origin: Sendable, Equatable {
    /// How pictures become the network's input.
    public let preprocessing: Preprocessing
    /// The digest of the archive's bytes; empty for noise.
    public let digest: String
  }

  /// A trunk, what was loaded into it, and where it comes from.
  public struct Trunk {
    /// The layers.
    public let stack: Stack
    /// How pictures become its input.
    public let preprocessing: Preprocessing
    /// What was loaded from an archive; nil for noise.
    public let report: LoadReport?
    /// Where the archive's weights come from; nil for noise.
    public let provenance: FeatureDescription.Provenance?
    /// The digest of the archive's bytes; empty for noise.
    public let digest: String
    /// The start in words, with the digest of an archive: what a checkpoint remembers of it.
    public let identity: String
  }

  /// What the networks of a comparison with these settings see from this start; an error where it
  /// cannot take part.
  public func origin(_ settings: some TransferConfiguration) throws -> Origin {
    guard case .archive(let path) = self else {
      try settings.input.check(settings.trunk)
      return Origin(
        preprocessing: Preprocessing(settings.input.channels, size: settings.inputSize), digest: "")
    }
    let (description, digest) = try FeatureArchive.describe(path)
    try settings.input.check(description.preprocessing, of: path)
    return Origin(preprocessing: description.preprocessing, digest: digest)
  }

  /// Builds the trunk that `settings` describe.
  ///
  /// An archive of another trunk is an error, so that every start of a comparison has the same
  /// shape; only where inputs may differ does it keep its own number of input channels.
  public func trunk(
    _ settings: some TransferConfiguration, key: RandomKey, on device: Device
  ) throws -> Trunk {
    let origin = try origin(settings)
    var configuration = settings.trunk
    let noise: Initializer
    switch self {
    case .gaussian: noise = .gaussian(deviation: 0.01)
    case .xavier: noise = .xavier
    case .he: noise = .he
    case .archive(let path):
      let (archive, report) = try FeatureArchive.read(path, on: device)
      let found = archive.description.trunk
      if settings.input.mayDiffer { configuration.inputChannels = found.inputChannels }
      guard found.hasSameShape(as: configuration) else {
        throw ArchiveError(
          file: path,
          problem: """
            holds the trunk \(found.summary), the configuration asks for \
            \(configuration.summary); set trunk.* to match
            """)
      }
      return Trunk(
        stack: archive.trunk, preprocessing: origin.preprocessing, report: report,
        provenance: archive.description.provenance, digest: origin.digest,
        identity: "\(path) (\(origin.digest.prefix(12)))")
    }
    return Trunk(
      stack: configuration.build(noise, key: key, on: device),
      preprocessing: origin.preprocessing, report: nil, provenance: nil, digest: "",
      identity: description)
  }
}
