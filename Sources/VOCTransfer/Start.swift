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

  /// A trunk, what was loaded into it, and where it comes from.
  public struct Trunk {
    /// The layers.
    public let stack: Stack
    /// What was loaded from an archive; nil for noise.
    public let report: LoadReport?
    /// Where the archive's weights come from; nil for noise.
    public let provenance: FeatureDescription.Provenance?
  }

  /// Builds the trunk that `configuration` describes.
  ///
  /// An archive of another trunk is an error, so that every start of a comparison has the same
  /// shape.
  public func trunk(
    _ configuration: TrunkConfiguration, key: RandomKey, on device: Device
  ) throws -> Trunk {
    let noise: Initializer
    switch self {
    case .gaussian: noise = .gaussian(deviation: 0.01)
    case .xavier: noise = .xavier
    case .he: noise = .he
    case .archive(let path):
      let (archive, report) = try FeatureArchive.read(path, on: device)
      let found = archive.description.trunk
      guard found.hasSameShape(as: configuration) else {
        throw ArchiveError(
          file: path,
          problem: """
            holds the trunk \(found.summary), the configuration asks for \
            \(configuration.summary); set trunk.* to match
            """)
      }
      return Trunk(
        stack: archive.trunk, report: report, provenance: archive.description.provenance)
    }
    return Trunk(
      stack: configuration.build(noise, key: key, on: device), report: nil, provenance: nil)
  }
}
