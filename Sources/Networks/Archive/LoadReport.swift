/// What became of every tensor when a model was loaded; stored with results, so that a table can
/// prove what its rows started from.
public struct LoadReport: Codable, Sendable, Equatable, CustomStringConvertible {
  /// One tensor.
  public struct Line: Codable, Sendable, Equatable {
    /// The full name.
    public let name: String
    /// The size along each axis.
    public let shape: [Int]
    /// The Euclidean norm; nil where elements are not finite or not numbers.
    public let norm: Double?

    /// A tensor of a report.
    public init(name: String, shape: [Int], norm: Double?) {
      self.name = name
      self.shape = shape
      self.norm = norm
    }
  }

  /// The file.
  public let file: String
  /// Tensors of the model that now have the file's values.
  public let loaded: [Line]
  /// Tensors of the model that kept their values because they were allowed to.
  public let fresh: [Line]
  /// Tensors of the file that nothing asked for.
  public let unused: [Line]

  /// Counts, and the names of what did not match.
  public var description: String {
    func names(_ lines: [Line]) -> String {
      lines.isEmpty ? "0" : "\(lines.count) (\(lines.map(\.name).joined(separator: ", ")))"
    }
    return "\(file): \(loaded.count) tensors loaded, fresh \(names(fresh)), unused \(names(unused))"
  }
}
