public import Files
internal import Glibc
internal import Synchronization

/// The files of this machine, of which the n-th call fails, alone or with all after it.
///
/// Calls that only look (reading, listing, sizes) are counted as well. A write that fails has
/// written half of its bytes.
public final class FaultyFiles: ScratchFiles {
  private let disk = POSIXFiles()
  private let failing: Int
  private let code: Int32
  private let isForever: Bool
  private let changing: Int?
  private let count = Mutex(0)

  /// The call of this number, from 1, fails with this `errno` (28: no space left); 0 lets all pass.
  public init(at failing: Int, _ code: Int32 = 28, forever: Bool = false) {
    (self.failing, self.code, isForever, changing) = (failing, code, forever, nil)
  }

  /// Every call succeeds, but the byte at this place of a file is written wrong.
  public init(changing place: Int) {
    (failing, code, isForever, changing) = (0, 0, false, place)
  }

  /// Calls so far.
  public var calls: Int { count.withLock { $0 } }

  private func fails() -> Bool {
    let number = count.withLock { count in
      count += 1
      return count
    }
    return failing > 0 && (number == failing || isForever && number > failing)
  }

  private func step(_ call: String, _ path: String) throws(FileError) {
    if fails() { throw FileError(call: call, path: path, code: code) }
  }

  public func openNew(_ path: String) throws(FileError) -> OpenFile {
    try step("open", path)
    return try disk.openNew(path)
  }

  public func write(
    _ bytes: UnsafeRawBufferPointer, to file: OpenFile, at offset: Int
  ) throws(FileError) {
    if fails() {
      let half = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)])
      try disk.write(half, to: file, at: offset)
      throw FileError(call: "write", path: file.path, code: code)
    }
    try disk.write(bytes, to: file, at: offset)
    guard let changing, (offset..<offset + bytes.count).contains(changing) else { return }
    try withUnsafeBytes(of: ~bytes[changing - offset]) { byte throws(FileError) in
      try disk.write(byte, to: file, at: changing)
    }
  }

  public func read(
    _ buffer: UnsafeMutableRawBufferPointer, of file: OpenFile, at offset: Int
  ) throws(FileError) {
    try step("read", file.path)
    try disk.read(buffer, of: file, at: offset)
  }

  public func resize(_ file: OpenFile, to size: Int) throws(FileError) {
    try step("ftruncate", file.path)
    try disk.resize(file, to: size)
  }

  public func open(_ path: String, _ mode: OpenMode) throws(FileError) -> OpenFile {
    try step("open", path)
    return try disk.open(path, mode)
  }

  public func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(FileError) {
    try step("write", file.path)
    try disk.write(bytes, to: file)
  }

  public func sync(_ file: OpenFile) throws(FileError) {
    try step("fsync", file.path)
    try disk.sync(file)
  }

  public func close(_ file: OpenFile) throws(FileError) {
    let isFailing = fails()
    try disk.close(file)
    if isFailing { throw FileError(call: "close", path: file.path, code: code) }
  }

  public func rename(_ old: String, to new: String) throws(FileError) {
    try step("rename", old)
    try disk.rename(old, to: new)
  }

  public func syncDirectory(_ path: String) throws(FileError) {
    try step("fsync", path)
    try disk.syncDirectory(path)
  }

  public func remove(_ path: String) throws(FileError) { try disk.remove(path) }

  public func makeDirectory(_ path: String) throws(FileError) {
    try step("mkdir", path)
    try disk.makeDirectory(path)
  }

  public func list(_ directory: String) throws(FileError) -> [String] {
    try disk.list(directory)
  }

  public func size(_ path: String) throws(FileError) -> Int { try disk.size(path) }

  public func read(_ path: String, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    try disk.read(path, at: offset, count: count)
  }

  public func freeBytes(_ directory: String) -> Int? { disk.freeBytes(directory) }
}
