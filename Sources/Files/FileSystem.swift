/// The file calls that checkpoints, archives and run folders are made of.
///
/// Everything that must survive a crash goes through this protocol, so that a test can stop the
/// world at any call (SQLite's method: a simulated file system that drops and tears what was not
/// synced).
public protocol FileSystem: Sendable {
  /// Opens a file for writing: empty in `.create`, at its end in `.append` (made where missing).
  func open(_ path: String, _ mode: OpenMode) throws(FileError) -> OpenFile
  /// Writes all the bytes at the current place; short and interrupted writes are continued.
  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(FileError)
  /// Waits until the file's bytes would survive a power loss.
  func sync(_ file: OpenFile) throws(FileError)
  /// Closes the file; the descriptor is gone even where this throws.
  func close(_ file: OpenFile) throws(FileError)
  /// Gives a file a new name, replacing what had it, in one step.
  func rename(_ old: String, to new: String) throws(FileError)
  /// Waits until the names in a folder would survive a power loss.
  func syncDirectory(_ path: String) throws(FileError)
  /// Removes a file.
  func remove(_ path: String) throws(FileError)
  /// Makes a folder and the folders above it; there may be one already.
  func makeDirectory(_ path: String) throws(FileError)
  /// The names in a folder, sorted.
  func list(_ directory: String) throws(FileError) -> [String]
  /// The length of a file in bytes.
  func size(_ path: String) throws(FileError) -> Int
  /// `count` bytes from `offset`; fewer only where the file ends.
  func read(_ path: String, at offset: Int, count: Int) throws(FileError) -> [UInt8]
  /// Bytes that may still be written in a folder; nil where that is not known.
  func freeBytes(_ directory: String) -> Int?
}

/// How a file is opened for writing.
public enum OpenMode: Sendable {
  /// Empty, whether or not it was there.
  case create
  /// At the end of what is there.
  case append
}

/// A file that is open for writing.
public struct OpenFile: Sendable {
  /// The file system's number for it.
  public let descriptor: Int32
  /// Its path, for errors.
  public let path: String

  /// A file opened by a file system.
  public init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }
}

extension FileSystem {
  /// The whole file.
  public func read(_ path: String) throws(FileError) -> [UInt8] {
    try read(path, at: 0, count: size(path))
  }

  /// Whether there is a file or folder.
  public func exists(_ path: String) throws(FileError) -> Bool {
    do { _ = try size(path) } catch {
      if error.isMissing { return false }
      throw error
    }
    return true
  }
}

extension FileSystem where Self == POSIXFiles {
  /// The files of this machine.
  public static var posix: POSIXFiles { POSIXFiles() }
}

/// The folder of a path: `.` where it has none.
public func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}
