/// Why cut-outs could not be gathered.
public struct CutoutError: Error, Equatable, CustomStringConvertible {
  /// What went wrong, where, and what to do.
  public let description: String

  init(_ description: String) { self.description = description }
}
