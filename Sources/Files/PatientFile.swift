public import Processes

/// A file that is appended to and must not end a run: what finds no room is kept back, and written
/// before anything else as soon as there is room.
public final class PatientFile {
  /// The file.
  public let path: String
  private let files: any FileSystem
  private let file: OpenFile
  private let say: (String) -> Void
  /// Bytes that found no room yet.
  private var pending: [UInt8] = []
  /// The most that is kept back; what comes then is lost, and that is said.
  private let limit: Int
  private var isTroubled = false
  private var lost = 0

  /// Opens the file for appending, made where it is missing; `say` hears of trouble and of its end.
  public init(
    _ path: String, on files: any FileSystem = .posix, limit: Int = 64 << 20,
    say: @escaping (String) -> Void = Output.warn
  ) throws(FileError) {
    (self.path, self.files, self.limit, self.say) = (path, files, limit, say)
    file = try files.open(path, .append)
  }

  deinit {
    flush()
    if !pending.isEmpty { say("\(path): its last \(pending.count) bytes were not written") }
    try? files.close(file)
  }

  /// Appends bytes; they are with the system when this returns, or kept back.
  public func append(_ bytes: [UInt8]) {
    if pending.count + bytes.count > limit {
      if lost == 0 { say("\(path): \(pending.count) bytes are kept back; no more can be") }
      lost += bytes.count
    } else {
      pending += bytes
    }
    flush()
  }

  /// Waits until every byte that found room would survive a power loss.
  public func sync() {
    flush()
    do throws(FileError) { try files.sync(file) } catch { trouble(error) }
  }

  private func flush() {
    guard !pending.isEmpty else { return }
    do throws(FileError) {
      let before = try files.size(path)
      do throws(FileError) {
        let (files, file) = (files, file)
        try pending.withUnsafeBytes { bytes in
          Result { () throws(FileError) in try files.write(bytes, to: file) }
        }.get()
      } catch {
        // A part may have found room; nobody else writes here.
        pending.removeFirst(min(pending.count, max(0, try files.size(path) - before)))
        throw error
      }
      pending = []
      if isTroubled {
        let words = lost > 0 ? "; \(lost) bytes are lost" : ""
        say("\(path): there is room again, and all that was kept back is written\(words)")
      }
      (isTroubled, lost) = (false, 0)
    } catch { trouble(error) }
  }

  private func trouble(_ error: FileError) {
    if !isTroubled { say("\(error); the run goes on, and what it says is kept back") }
    isTroubled = true
  }
}
