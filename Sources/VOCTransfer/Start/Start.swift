public import Layers
public import Randomness
public import Tensors
public import Training

/// What a transfer network's trunk starts from: one enum, one code path, so that no baseline gets
/// special treatment.
public enum Start: Sendable, Hashable, CustomStringConvertible {
  /// Weights that are drawn, or learned from the training pictures.
  case scheme(InitializationScheme)
  /// The trunk of the feature archive at this path.
  case archive(String)
  /// The trunk of the feature archive at this path, which must have been trained with labels: what
  /// self-supervised features are measured against.
  case supervised(String)
  /// Weights that a program makes in its own way.
  case custom(CustomStart)

  /// The starts that need no file, by name.
  public static let byName: [(name: String, start: Start)] = InitializationScheme.allCases.map {
    ($0.rawValue, .scheme($0))
  }

  /// The start that a command line or configuration names: one that needs no file, or a path.
  public init(_ text: String) {
    self = Self.byName.first { $0.name == text }?.start ?? .archive(text)
  }

  /// The name in tables.
  public var description: String {
    switch self {
    case .archive(let path), .supervised(let path): path
    case .scheme: Self.byName.first { $0.start == self }!.name
    case .custom(let custom): custom.name
    }
  }

  /// What `--init` is given for it: `supervised=` is part of the words.
  public var argument: String {
    switch self {
    case .supervised(let path): "supervised=\(path)"
    case .archive(let path): "archive=\(path)"
    case .scheme, .custom: description
    }
  }

  /// The archive it begins from, where there is one.
  var path: String? {
    switch self {
    case .archive(let path), .supervised(let path): path
    case .scheme, .custom: nil
    }
  }
}

/// A way of making first weights that a program brings along.
public struct CustomStart: Sendable, Hashable {
  /// What tables, folders and results call it.
  public let name: String
  /// Sets the weights of a trunk, which has those of `InitializationScheme.he`, given batches of
  /// training pictures as it sees them and a key to draw from.
  public let prepare:
    @Sendable (_ trunk: inout Stack, _ pictures: [Tensor], _ key: RandomKey) throws -> Void

  /// A start under a name.
  public init(
    _ name: String,
    prepare: @escaping @Sendable (inout Stack, [Tensor], RandomKey) throws -> Void
  ) {
    (self.name, self.prepare) = (name, prepare)
  }

  /// Whether both have one name.
  public static func == (a: Self, b: Self) -> Bool { a.name == b.name }
  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
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
