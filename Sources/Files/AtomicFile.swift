/// Files that are replaced as a whole: a reader, and a machine that lost its power, see the old
/// bytes or the new ones.
public enum AtomicFile {
  /// Writes what `body` passes on: to a temporary file, synced, `verify`-ed, renamed, and the
  /// folder synced. Where anything throws, the temporary file is removed and `path` is as before.
  public static func write(
    _ path: String, on files: any FileSystem = .posix,
    verify: (_ temporary: String) throws -> Void = { _ in },
    _ body: (_ append: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    let temporary = TemporaryFile.path(for: path)
    do {
      let file = try files.open(temporary, .create)
      do {
        try body { try files.write($0, to: file) }
        try files.sync(file)
      } catch {
        try? files.close(file)
        throw error
      }
      try files.close(file)
      try verify(temporary)
      try files.rename(temporary, to: path)
    } catch {
      try? files.remove(temporary)
      throw error
    }
    try files.syncDirectory(folder(of: path))
  }

  /// Writes these bytes.
  public static func write(
    _ bytes: [UInt8], to path: String, on files: any FileSystem = .posix
  ) throws {
    try write(path, on: files) { append in try bytes.withUnsafeBytes { try append($0) } }
  }

  /// Writes this text as UTF-8.
  public static func write(
    _ text: String, to path: String, on files: any FileSystem = .posix
  ) throws {
    try write(Array(text.utf8), to: path, on: files)
  }
}
