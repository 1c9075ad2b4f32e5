public import Files

/// The diary of a run: one JSON object a line, appended and never rewritten, but for cutting off
/// what came after the checkpoint a run goes on from.
///
/// Numbers that are not finite are the texts `nan`, `inf` and `-inf`.
public final class Journal {
  /// The file.
  public let path: String
  private let file: PatientFile

  /// Opens the journal at `path` for appending, made where it is missing.
  public init(_ path: String, on files: any FileSystem = .posix) throws(FileError) {
    self.path = path
    file = try PatientFile(path, on: files)
  }

  /// Appends an event; it is with the system when this returns, so a killed process loses none. On
  /// a full disk it is kept back, and written when there is room.
  public func append(_ event: JournalEvent) throws {
    file.append(try JSON.bytes(of: event, .line, .relaxed) + [10])
  }

  /// Waits until every line would survive a power loss; call it when a checkpoint was saved.
  public func sync() { file.sync() }

  /// The events in a journal. A last line without an end, as a crash leaves it, is not an event;
  /// another line that is not one is an error that names file and line.
  public static func events(
    in path: String, on files: any FileSystem = .posix
  ) throws -> [JournalEvent] {
    try lines(in: path, on: files).map(\.event)
  }

  /// Cuts off every event after `step`, and a torn last line: what a run that goes on from the
  /// checkpoint of `step` will do again. Atomic.
  public static func truncate(
    _ path: String, after step: Int, on files: any FileSystem = .posix
  ) throws {
    guard try files.exists(path) else { return }
    let kept = try lines(in: path, on: files).filter { $0.event.step <= step }.map(\.text)
    try AtomicFile.write(kept.map { $0 + "\n" }.joined(), to: path, on: files)
  }

  private static func lines(
    in path: String, on files: any FileSystem
  ) throws -> [(text: String, event: JournalEvent)] {
    let bytes = try files.read(path)
    let whole = bytes.lastIndex(of: 10).map { bytes[..<$0] } ?? []
    if whole.isEmpty { return [] }
    return try whole.split(separator: 10, omittingEmptySubsequences: false).enumerated().map {
      do {
        let event = try JSON.value(JournalEvent.self, from: $0.element, .relaxed)
        return (String(decoding: $0.element, as: UTF8.self), event)
      } catch {
        throw RunError(path: "\(path):\($0.offset + 1)", problem: "is not a line of a journal")
      }
    }
  }
}
