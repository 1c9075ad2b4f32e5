/// How far a build is.
public struct BuildProgress: Sendable {
  /// Pictures looked at, of how many.
  public let done: Int, total: Int
  /// Bytes of the pictures taken so far.
  public let bytes: Int
}

/// What a build did.
public struct BuildReport: Sendable {
  /// The new file.
  public let path: String
  /// Records in it.
  public let count: Int
  /// The SHA-256 of its content.
  public let contentSHA256: String
  /// Pictures that could not be read and were left out because `skipUnreadable` was set.
  public let skipped: [DatasetError]
  /// What else a person should know: files passed over, boxes clipped, duplicates dropped.
  public let notes: [String]
}

/// What to do with a picture that cannot be read.
public enum UnreadableFiles: Sendable {
  /// Build nothing, and name the first few.
  case refuse
  /// Leave it out, and say so in the report.
  case skip
}
