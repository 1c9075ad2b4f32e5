internal import Synchronization

/// Files of version 1 note nothing of what they held when they were written: they are read, and
/// whoever listens is told once for each.
public enum EarlierFile {
  private static let listener = Mutex<(@Sendable (String) -> Void)?>(nil)
  private static let told = Mutex<Set<String>>([])

  /// Names who is told, in a sentence.
  public static func listen(_ body: (@Sendable (String) -> Void)?) {
    listener.withLock { $0 = body }
  }

  /// Tells of a file, the first time.
  public static func note(_ path: String) {
    guard told.withLock({ $0.insert(path).inserted }) else { return }
    listener.withLock { $0 }?(
      "\(path): of version 1, which does not note what it held when it was written: changes of its "
        + "tables would not be found; `pigment data upgrade` makes version 2 of it")
  }
}
