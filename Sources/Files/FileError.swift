#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A file call that failed: which call, on which path, and why.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// What was attempted, such as `write`.
  public let call: String
  /// The file or folder.
  public let path: String
  /// The system's `errno`.
  public let code: Int32
  /// What would help, where that is known.
  public let remedy: String

  /// A failure of `call` on `path`.
  public init(call: String, path: String, code: Int32, remedy: String = "") {
    self.call = call
    self.path = path
    self.code = code
    self.remedy = remedy
  }

  /// Whether the path does not exist.
  public var isMissing: Bool { code == ENOENT }
  /// The system's words for `code`.
  public var reason: String { String(cString: strerror(code)) }

  /// The call, the system's words and the remedy, for a message that names the path itself.
  public var problem: String {
    "\(call) failed: \(reason)" + (remedy.isEmpty ? "" : "; \(remedy)")
  }
  /// The path and the problem.
  public var description: String { "\(path): \(problem)" }
}
