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

  /// What is wrong and the remedy, for a message that names the path itself. Where a path leads
  /// nowhere or may not be followed, the call matters to nobody.
  public var problem: String {
    switch code {
    case ENOENT: sentence("there is no such file or folder", "check the path")
    case ENOTDIR: sentence("a part of the path is a file, not a folder", "check the path")
    case EISDIR: sentence("it is a folder, not a file", "check the path")
    case EACCES: sentence("its permissions do not allow it", "see ls -l")
    default: sentence("\(call) failed: \(reason)", "")
    }
  }

  private func sentence(_ problem: String, _ usual: String) -> String {
    let remedy = remedy.isEmpty ? usual : remedy
    return problem + (remedy.isEmpty ? "" : "; \(remedy)")
  }

  /// The path and the problem.
  public var description: String { "\(path): \(problem)" }
}
