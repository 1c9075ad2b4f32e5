#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The file calls of one who writes at any place of a new file, as the HDF5 library does.
///
/// They are few and go through this protocol, so that a test can let any of them fail.
public protocol ScratchFiles: FileSystem {
  /// Makes a new file, open for reading and writing; one that is there is an error.
  func openNew(_ path: String) throws(FileError) -> OpenFile
  /// Writes all the bytes at a place; short and interrupted writes are continued.
  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile, at offset: Int) throws(FileError)
  /// Fills the buffer with what is at a place; beyond the end of the file are zeros.
  func read(
    _ buffer: UnsafeMutableRawBufferPointer, of file: OpenFile, at offset: Int
  ) throws(FileError)
  /// Makes the file this long.
  func resize(_ file: OpenFile, to size: Int) throws(FileError)
}

extension POSIXFiles: ScratchFiles {
  /// Makes a new file; its rights are what the umask leaves of 0666.
  public func openNew(_ path: String) throws(FileError) -> OpenFile {
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(call: "open", path: path, code: errno) }
    return OpenFile(descriptor: descriptor, path: path)
  }

  /// Writes all the bytes at a place; short and interrupted writes are continued.
  public func write(
    _ bytes: UnsafeRawBufferPointer, to file: OpenFile, at offset: Int
  ) throws(FileError) {
    var done = 0
    while let base = bytes.baseAddress, done < bytes.count {
      // Linux writes at most 2 GiB at once.
      let piece = min(bytes.count - done, 1 << 26)
      let written = pwrite(file.descriptor, base + done, piece, off_t(offset + done))
      if written < 0 && errno == EINTR { continue }
      if written <= 0 {
        throw FileError(call: "write", path: file.path, code: written == 0 ? ENOSPC : errno)
      }
      done += written
    }
  }

  /// Fills the buffer with what is at a place; beyond the end of the file are zeros.
  public func read(
    _ buffer: UnsafeMutableRawBufferPointer, of file: OpenFile, at offset: Int
  ) throws(FileError) {
    var done = 0
    while let base = buffer.baseAddress, done < buffer.count {
      let got = pread(
        file.descriptor, base + done, min(buffer.count - done, 1 << 30), off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      if got < 0 { throw FileError(call: "read", path: file.path, code: errno) }
      if got == 0 {
        UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
          .initializeMemory(as: UInt8.self, repeating: 0)
        return
      }
      done += got
    }
  }

  /// Makes the file this long.
  public func resize(_ file: OpenFile, to size: Int) throws(FileError) {
    while ftruncate(file.descriptor, off_t(size)) != 0 {
      if errno != EINTR { throw FileError(call: "ftruncate", path: file.path, code: errno) }
    }
  }
}
