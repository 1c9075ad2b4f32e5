internal import CGPU

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Why a library cannot be used: what is missing, and where it was looked for.
struct LibraryError: Error, CustomStringConvertible {
  /// The whole story.
  let description: String
  /// What fits into a table.
  let brief: String

  init(_ description: String, brief: String? = nil) {
    self.description = description
    self.brief = brief ?? description
  }
}

/// A library that was opened.
struct OpenLibrary: @unchecked Sendable {
  let handle: UnsafeMutableRawPointer
  /// Its file, as far as it is known.
  let path: String
}

extension LibraryFolders {
  /// Opens the first of these libraries that some folder has: `named` first, then the loader's own
  /// path, then `usual`. Of several reasons, the one quoted is that of a file which exists.
  func open(_ names: [String], called title: String) throws(LibraryError) -> OpenLibrary {
    var broken: String?
    func attempt(_ path: String) -> OpenLibrary? {
      var words: UnsafePointer<CChar>?
      if let handle = cgpu_open(path, &words) { return OpenLibrary(handle: handle, path: path) }
      let reason = words.map { String(cString: $0) } ?? "it cannot be opened"
      // That the loader does not know a bare name says nothing; any other reason does.
      if path.contains("/") || !reason.hasPrefix("\(path): cannot open shared object file") {
        broken = broken ?? reason
      }
      return nil
    }
    for name in names {
      if let library = first(name, in: named, attempt) ?? attempt(name) { return library }
    }
    for name in names {
      if let library = first(name, in: usual, attempt) { return library }
    }
    if let broken { throw LibraryError("\(title) does not load: \(broken)", brief: broken) }
    let files = names.joined(separator: " or ")
    throw LibraryError(
      "\(title) was not found (\(files)): it is not in \(LibraryFolders.variable), on the loader's "
        + "path, in /usr/local/cuda or among the NVIDIA wheels of a Python",
      brief: "\(files) was not found")
  }

  private func first(
    _ name: String, in folders: [String], _ attempt: (String) -> OpenLibrary?
  ) -> OpenLibrary? {
    for folder in folders where access("\(folder)/\(name)", R_OK) == 0 {
      if let library = attempt("\(folder)/\(name)") { return library }
    }
    return nil
  }
}

/// A library with the functions that Pigment calls.
struct Library<Table>: @unchecked Sendable {
  let calls: Table
  let path: String

  /// Fills the table of an open library by one of `cgpu_fill_…`.
  init(
    _ library: OpenLibrary, called title: String, symbol: String,
    _ fill: (UnsafeMutableRawPointer, UnsafeMutablePointer<Table>) -> UnsafePointer<CChar>?
  ) throws(LibraryError) {
    let table = UnsafeMutablePointer<Table>.allocate(capacity: 1)
    defer { table.deallocate() }
    if let missing = fill(library.handle, table) {
      throw LibraryError(
        "\(title) lacks \(String(cString: missing)): \(library.path) is of another version")
    }
    calls = table.pointee
    path = cgpu_path(library.handle, symbol).map { String(cString: $0) } ?? library.path
  }
}
