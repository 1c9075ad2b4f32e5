internal import ArgumentParser
internal import Files
internal import Foundation

/// A file that a command is about to write.
struct OutputFile {
  let path: String
  let kind: OutputKind

  init(_ path: String, _ kind: OutputKind) { (self.path, self.kind) = (path, kind) }
}

/// Why a command does not write where it was told to.
struct OutputError: Error, CustomStringConvertible {
  let path: String
  let problem: String

  var description: String { "\(path): \(problem)" }
}

/// Whether results that are there may be replaced: an option of every command that writes files.
struct ReplaceOptions: ParsableArguments {
  @Flag(help: "Replace results of the same kind that are there.") var force = false

  /// Throws where a file would be lost: one that the command reads, one of another kind, and one of
  /// the same kind without --force. Then removes what killed calls left half-written.
  func check(_ files: [OutputFile], inputs: [String]) throws {
    let read = Set(inputs.compactMap(FileIdentity.init))
    for file in files {
      guard let identity = FileIdentity(file.path) else { continue }
      if read.contains(identity) {
        throw OutputError(
          path: file.path, problem: "is what this command reads; give another --output")
      }
      guard file.kind.isKind(of: file.path) else {
        throw OutputError(
          path: file.path,
          problem: "is there and is not \(file.kind.words); give another --output, or remove it")
      }
      guard force else {
        throw OutputError(
          path: file.path,
          problem: "is there already; give another --output, or --force to replace it")
      }
    }
    var seen: Set<String> = []
    for file in files where seen.insert(folder(of: file.path)).inserted {
      let names = Set(files.map { ($0.path as NSString).lastPathComponent })
      TemporaryFile.removeLeftovers(in: folder(of: file.path)) { names.contains($0) }
    }
  }

  /// The same for one file.
  func check(_ path: String, _ kind: OutputKind, inputs: [String]) throws {
    try check([OutputFile(path, kind)], inputs: inputs)
  }
}

extension ReplaceOptions {
  /// The same for figures whose names are only known when they are drawn: all in a folder.
  func check(figures folder: String, suffix: String, _ kind: OutputKind) throws {
    let names = (try? POSIXFiles.posix.list(folder)) ?? []
    try check(
      names.filter { $0.hasSuffix(".\(suffix)") }.map { OutputFile("\(folder)/\($0)", kind) },
      inputs: [])
  }
}

/// What a file is, whatever name it is called by.
private struct FileIdentity: Hashable {
  let device, number: UInt64

  /// Nil where there is no such file.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
  }
}
