internal import Files
internal import Foundation
internal import Networks

/// An export that is written whole in a folder beside its place, read back and proven there, and
/// only then put in its place: where anything fails, what was there before is as it was.
struct StagedExport {
  private let format: ExportFormat
  private let path: String
  /// The folder beside it.
  private let staging: String
  /// Where the export is written first: of the same name, so that files beside it fit.
  private let staged: String
  /// What stands before the name in `path`.
  private let parent: String

  /// Writes at `path` what `body` writes to the path it is given; gives what reading it back found.
  static func write(
    _ format: ExportFormat, to path: String, _ body: (_ staged: String) throws -> Void
  ) throws -> ExportCheck {
    let export = try StagedExport(format, path)
    TemporaryFile.removeLeftovers(of: export.path)
    try POSIXFiles.posix.makeDirectory(export.staging)
    defer { try? FileManager.default.removeItem(atPath: export.staging) }
    var check = try export.proven(body)
    try export.putInPlace()
    check.path = path
    return check
  }

  private init(_ format: ExportFormat, _ path: String) throws {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    let name = (path as NSString).lastPathComponent
    guard !["", ".", "..", "/"].contains(name) else {
      throw ArchiveError(file: path, problem: "is no name for an export; give one")
    }
    (self.format, self.path) = (format, path)
    staging = TemporaryFile.newPath(for: path)
    staged = "\(staging)/\(name)"
    parent = String(path.dropLast(name.count))
    guard isFolder else { return }
    guard format == .pytorch else {
      throw ArchiveError(file: path, problem: "is a folder; give the name of a file")
    }
    let others = try POSIXFiles.posix.list(path)
      .filter { !PyTorchExport.files.contains($0) && $0 != "__pycache__" }
    guard others.isEmpty else {
      throw ArchiveError(
        file: path,
        problem: "holds other things (\(others.prefix(3).joined(separator: ", "))); give the "
          + "export a folder of its own")
    }
  }

  /// Writes and reads back; errors speak of the file as it would be called.
  private func proven(_ body: (String) throws -> Void) throws -> ExportCheck {
    do {
      try body(staged)
      let check = try ExportCheck(staged)
      guard check.largestDifference <= ExportDraft.tolerance else {
        throw ArchiveError(
          file: staged,
          problem: "gives features that differ by "
            + check.largestDifference.inShort
            + " of a layer's largest value when read back, over \(ExportDraft.tolerance)")
      }
      return check
    } catch let error as ArchiveError {
      throw ArchiveError(
        file: error.file.replacingOccurrences(of: "\(staging)/", with: parent),
        tensor: error.tensor, problem: "\(error.problem); nothing was written")
    }
  }

  /// Renames what was written; of two files the one that users name comes last.
  private func putInPlace() throws {
    let files = POSIXFiles.posix
    if isFolder {
      // At no moment there is neither; what was there goes with the folder beside it.
      if try files.exchange(staged, path) { return try files.syncDirectory(folder(of: path)) }
      let old = "\(staged).old"
      try files.rename(path, to: old)
      do { try files.rename(staged, to: path) } catch {
        try files.rename(old, to: path)
        throw error
      }
    } else {
      for name in try files.list(staging).sorted(by: { $0.count > $1.count }) {
        try files.rename("\(staging)/\(name)", to: parent + name)
      }
    }
    try files.syncDirectory(folder(of: path))
  }

  /// Whether there is a folder in its place already.
  private var isFolder: Bool {
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    return isThere && isFolder.boolValue
  }
}
