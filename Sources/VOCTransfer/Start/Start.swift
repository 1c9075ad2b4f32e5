/// What a transfer network's trunk starts from: one enum, one code path, so that no baseline gets
/// special treatment.
public enum Start: Sendable, Hashable, CustomStringConvertible {
  /// Normal noise of standard deviation 0.01, as Caffe's classic networks start.
  case gaussian
  /// Uniform noise scaled by the fan-in.
  case xavier
  /// Normal noise scaled by the fan-in.
  case he
  /// Filters from k-means of the training pictures' patches, layers balanced (Krähenbühl et al.
  /// 2016).
  case kmeans
  /// The principal directions of the training pictures' patches, layers balanced.
  case pca
  /// Normal noise, scaled channel by channel to the training pictures, layers balanced.
  case dataDependent
  /// The trunk of the feature archive at this path.
  case archive(String)
  /// The trunk of the feature archive at this path, which must have been trained with labels: what
  /// self-supervised features are measured against.
  case supervised(String)

  /// The starts that need no file, by name.
  public static let byName: [(name: String, start: Start)] = [
    ("gaussian", .gaussian), ("xavier", .xavier), ("he", .he), ("kmeans", .kmeans), ("pca", .pca),
    ("data-dependent", .dataDependent),
  ]

  /// The start that a command line or configuration names: one that needs no file, or a path.
  public init(_ text: String) {
    self = Self.byName.first { $0.name == text }?.start ?? .archive(text)
  }

  /// The name in tables.
  public var description: String {
    switch self {
    case .archive(let path), .supervised(let path): path
    default: Self.byName.first { $0.start == self }!.name
    }
  }

  /// The archive it begins from, where there is one.
  var path: String? {
    switch self {
    case .archive(let path), .supervised(let path): path
    default: nil
    }
  }
}

/// A start that a trunk cannot begin from.
public struct StartError: Error, Equatable, CustomStringConvertible {
  /// The start.
  public let start: String
  /// What is wrong and what would help.
  public let problem: String

  /// Start and problem.
  public var description: String { "start '\(start)' \(problem)" }
}
