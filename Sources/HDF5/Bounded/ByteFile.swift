internal import Files
internal import Glibc

/// A file that is read by position, never beyond its end.
final class ByteFile: Sendable {
  let path: String
  /// Bytes of the file.
  let size: Int
  /// Where HDF5's own addresses count from.
  let base: Int
  private let descriptor: CInt

  /// Opens a regular file and looks for HDF5's signature: at 0, 512, 1024, and so on.
  init(_ path: String) throws(HDF5Error) {
    let place = Place(path: path)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw place.error("open", FileError.reason(), remedy: "check the path")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw place.error("open", "it is no file")
    }
    (self.path, self.descriptor, size) = (path, descriptor, Int(status.st_size))
    var start = 0
    var buffer = [UInt8](repeating: 0, count: 8)
    while start + 8 <= size {
      let got = pread(descriptor, &buffer, 8, off_t(start))
      if got == 8 && buffer == Self.signature { break }
      start = start == 0 ? 512 : start * 2
    }
    base = start
    guard start + 8 <= size else {
      throw place.error("open", "it is no HDF5 file (file signature not found)")
    }
  }

  deinit { close(descriptor) }

  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Throws unless `count` bytes at an address lie in the file.
  func require(_ count: Int, at address: Int, _ what: String) throws(Fault) {
    guard address >= 0, count >= 0, address <= size - base, count <= size - base - address else {
      throw .damaged("the file ends before \(what) (truncated file)")
    }
  }

  /// `count` bytes at an address.
  func bytes(_ count: Int, at address: Int, _ what: String) throws(Fault) -> [UInt8] {
    try require(count, at: address, what)
    var failure: Fault?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(Fault) {
        try fill(
          UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[0..<count]),
          at: address)
        filled = count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// As many of `count` bytes at an address as the file has.
  func start(_ count: Int, at address: Int, _ what: String) throws(Fault) -> [UInt8] {
    try require(0, at: address, what)
    return try bytes(min(count, size - base - address), at: address, what)
  }

  /// Fills memory with the bytes at an address, which lie in the file.
  func fill(_ buffer: UnsafeMutableRawBufferPointer, at address: Int) throws(Fault) {
    var done = 0
    while let start = buffer.baseAddress, done < buffer.count {
      let got = pread(
        descriptor, start + done, min(buffer.count - done, 1 << 30), off_t(base + address + done))
      if got < 0 && errno == EINTR { continue }
      if got < 0 { throw .damaged(FileError.reason()) }
      if got == 0 { throw .damaged("the file became shorter while it was read") }
      done += got
    }
  }
}
