public import Files

/// The append-only file of a study: one JSON object a line.
///
/// `append` returns once the line would survive a power loss. Where it throws, the line may or may
/// not be in the file; the next call first puts back what was acknowledged. A last line that is not
/// whole, which a kill leaves, was never acknowledged and is cut off.
///
/// One process writes it, and one thread at a time: `StudySessions` sees to that.
public final class VoteJournal {
  /// The file.
  public let path: String
  private let files: any FileSystem
  /// The bytes that are acknowledged.
  private var length: Int
  private var file: OpenFile?

  /// Opens the journal of a study, and makes it where there is none. Returns what is in it too.
  public static func open(
    _ path: String, of study: RealismStudy, on files: any FileSystem = .posix
  ) throws -> (journal: VoteJournal, entries: [JournalEntry]) {
    let (entries, length) = try read(path, of: study, on: files)
    let journal = VoteJournal(path, length: length, on: files)
    if length == 0 { try journal.append(.study(hash: study.hash)) }
    return (journal, entries)
  }

  /// Writes a whole journal, in place of what is there; the first entry says the study.
  public static func write(
    _ entries: [JournalEntry], to path: String, on files: any FileSystem = .posix
  ) throws {
    try AtomicFile.write(entries.flatMap { try line(of: $0) }, to: path, on: files)
  }

  /// What is in the journal of a study; nothing where there is none.
  public static func entries(
    _ path: String, of study: RealismStudy, on files: any FileSystem = .posix
  ) throws -> [JournalEntry] {
    try read(path, of: study, on: files).entries
  }

  private init(_ path: String, length: Int, on files: any FileSystem) {
    (self.path, self.length, self.files) = (path, length, files)
  }

  deinit { if let file { try? files.close(file) } }

  /// Adds a line and waits until it is safe.
  public func append(_ entry: JournalEntry) throws {
    let line = try Self.line(of: entry)
    let file = try opened()
    do {
      try line.withUnsafeBytes { try files.write($0, to: file) }
      try files.sync(file)
    } catch {
      // What the file holds now is not known.
      self.file = nil
      try? files.close(file)
      throw error
    }
    length += line.count
  }

  /// Takes out all lines of a person and adds one that says so, as one step.
  public func forget(_ person: Int) throws {
    let kept = try Self.lines(files.read(path, at: 0, count: length), path)
      .filter { $0.entry.person != person }
    let bytes = try kept.flatMap { $0.bytes + [10] } + Self.line(of: .forgotten(person: person))
    if let file { try? files.close(file) }
    file = nil
    try AtomicFile.write(bytes, to: path, on: files)
    length = bytes.count
  }

  /// The file, open at the end of what is acknowledged.
  private func opened() throws -> OpenFile {
    if let file { return file }
    let isThere = try files.exists(path)
    if isThere, try files.size(path) != length {
      try AtomicFile.write(files.read(path, at: 0, count: length), to: path, on: files)
    }
    let opened = try files.open(path, .append)
    if !isThere { try files.syncDirectory(folder(of: path)) }
    file = opened
    return opened
  }

  private static func line(of entry: JournalEntry) throws -> [UInt8] {
    try JSON.bytes(of: entry, .line, .relaxed) + [10]
  }

  private static func read(
    _ path: String, of study: RealismStudy, on files: any FileSystem
  ) throws -> (entries: [JournalEntry], length: Int) {
    guard try files.exists(path) else { return ([], 0) }
    let bytes = try files.read(path)
    let whole = bytes.lastIndex(of: 10).map { $0 + 1 } ?? 0
    let entries = try lines(Array(bytes[..<whole]), path).map(\.entry)
    if let line = firstImpossible(entries, study) {
      throw RealismError(
        path, "line \(line) does not follow from those before it; restore the file from a copy")
    }
    if let first = entries.first {
      guard case .study(let hash) = first else {
        throw RealismError(path, "line 1 does not say of which study it is")
      }
      guard hash == study.hash else {
        throw RealismError(
          path, "is of another study than study.json beside it; put the right one back")
      }
    }
    return (entries, whole)
  }

  /// The number of the first line that cannot stand where it does; nil where all can: people join
  /// once, and vote in the order of their trials.
  private static func firstImpossible(_ entries: [JournalEntry], _ study: RealismStudy) -> Int? {
    var next: [Int: Int] = [:]
    for (index, entry) in entries.enumerated() {
      let isPossible: Bool
      switch entry {
      case .study: isPossible = index == 0
      case .joined(let person):
        isPossible =
          next[person.number] == nil && (0..<StudySessions.mostNumbers).contains(person.number)
          && person.screen.isPlausible
        next[person.number] = 0
      case .vote(let vote):
        isPossible =
          next[vote.person] == vote.trial && vote.trial < study.sessionLength && vote.isPlausible
        if isPossible { next[vote.person] = vote.trial + 1 }
      case .forgotten(let person):
        isPossible = (0..<StudySessions.mostNumbers).contains(person)
        next[person] = nil
      }
      if !isPossible { return index + 1 }
    }
    return nil
  }

  private static func lines(
    _ bytes: [UInt8], _ path: String
  ) throws -> [(entry: JournalEntry, bytes: [UInt8])] {
    var number = 0
    return try bytes.split(separator: 10, omittingEmptySubsequences: false).dropLast().map { line in
      number += 1
      do { return (try JSON.value(from: line, .relaxed), Array(line)) } catch {
        throw RealismError(
          path, "line \(number) is damaged: \(jsonProblem(error)); restore the file from a copy")
      }
    }
  }
}
