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
  /// Why it failed.
  public var reason: String { Self.reason(code) }

  /// Why the last system call of this thread failed.
  public static func reason() -> String { reason(errno) }

  /// The words for an `errno`: the system's, plainer where it is about paths.
  public static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT: "there is no such file or folder"
    case ENOTDIR: "a part of the path is a file, not a folder"
    case EISDIR: "it is a folder, not a file"
    case EACCES: "its permissions do not allow it"
    default: String(cString: strerror(code))
    }
  }

  /// What is wrong and the remedy, for a message that names the path itself. Where a path leads
  /// nowhere or may not be followed, the call matters to nobody.
  public var problem: String {
    switch code {
    case ENOENT, ENOTDIR, EISDIR: sentence(reason, "check the path")
    case EACCES: sentence(reason, "see ls -l")
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
