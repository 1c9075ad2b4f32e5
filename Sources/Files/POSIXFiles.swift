#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The files of this machine, by the system calls themselves.
public struct POSIXFiles: FileSystem {
  /// The files of this machine.
  public init() {}

  /// Opens a file for writing; its rights are what the umask leaves of 0666.
  public func open(_ path: String, _ mode: OpenMode) throws(FileError) -> OpenFile {
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (mode == .append ? O_APPEND : O_TRUNC)
    return OpenFile(
      descriptor: try retry("open", path) { sysOpen(path, flags, 0o666) }, path: path)
  }

  /// Writes all the bytes; short and interrupted writes are continued.
  public func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(FileError) {
    var rest = bytes
    while let start = rest.baseAddress, !rest.isEmpty {
      // Linux writes at most 2 GiB at once; smaller pieces also let signals through.
      let piece = min(rest.count, 1 << 26)
      let written = try retry("write", file.path) { sysWrite(file.descriptor, start, piece) }
      if written == 0 { throw FileError(call: "write", path: file.path, code: ENOSPC) }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Waits until the file's bytes would survive a power loss.
  public func sync(_ file: OpenFile) throws(FileError) {
    _ = try retry("fsync", file.path) { fsync(file.descriptor) }
  }

  /// Closes the file. It is not tried again after an interruption: the descriptor is gone then.
  public func close(_ file: OpenFile) throws(FileError) {
    if sysClose(file.descriptor) < 0 && errno != EINTR {
      throw FileError(call: "close", path: file.path, code: errno)
    }
  }

  /// Gives a file a new name, replacing what had it, in one step. A device, a pipe or a socket is
  /// not replaced.
  public func rename(_ old: String, to new: String) throws(FileError) {
    var status = stat()
    if stat(new, &status) == 0 {
      let kind = status.st_mode & S_IFMT
      guard kind == S_IFREG || kind == S_IFDIR else {
        throw FileError(call: "rename", path: new, code: EEXIST)
      }
    }
    _ = try retry("rename to \(new)", old) { sysRename(old, new) }
  }

  /// Lets two files or folders of one file system change their names in one step; false where the
  /// system cannot.
  public func exchange(_ one: String, _ other: String) throws(FileError) -> Bool {
    #if canImport(Glibc)
      // The headers show it only to programs that ask for GNU's own.
      guard let address = dlsym(nil, "renameat2") else { return false }
      typealias Rename =
        @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
      let rename = unsafeBitCast(address, to: Rename.self)
      if rename(AT_FDCWD, one, AT_FDCWD, other, 2) == 0 { return true }  // RENAME_EXCHANGE
      if [ENOSYS, EINVAL, ENOTSUP].contains(errno) { return false }
      throw FileError(call: "exchange with \(other)", path: one, code: errno)
    #else
      return false
    #endif
  }

  /// Waits until the names in a folder would survive a power loss.
  public func syncDirectory(_ path: String) throws(FileError) {
    let descriptor = try retry("open", path) {
      sysOpen(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    }
    defer { _ = sysClose(descriptor) }
    _ = try retry("fsync", path) { fsync(descriptor) }
  }

  /// Removes a file.
  public func remove(_ path: String) throws(FileError) {
    _ = try retry("unlink", path) { unlink(path) }
  }

  /// Makes a folder and the folders above it; there may be one already.
  public func makeDirectory(_ path: String) throws(FileError) {
    if mkdir(path, 0o777) == 0 { return }
    if errno == ENOENT, folder(of: path) != path {
      try makeDirectory(folder(of: path))
      if mkdir(path, 0o777) == 0 { return }
    }
    let code = errno
    var status = stat()
    if code == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
    throw FileError(call: "mkdir", path: path, code: code)
  }

  /// The names in a folder, sorted.
  public func list(_ directory: String) throws(FileError) -> [String] {
    guard let stream = opendir(directory) else {
      throw FileError(call: "opendir", path: directory, code: errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(stream) {
      // Under another name there would be no such file.
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        String(validatingCString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      guard let name else {
        throw FileError(
          call: "readdir", path: directory, code: EILSEQ,
          remedy: "a file in it has a name that is not UTF-8; rename it")
      }
      if name != "." && name != ".." { names.append(name) }
      errno = 0
    }
    if errno != 0 { throw FileError(call: "readdir", path: directory, code: errno) }
    return names.sorted()
  }

  /// The length of a file in bytes.
  public func size(_ path: String) throws(FileError) -> Int {
    var status = stat()
    _ = try retry("stat", path) { stat(path, &status) }
    return Int(status.st_size)
  }

  /// Whether there is a folder, and no link to one.
  func isFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// `count` bytes from `offset`; fewer only where the file ends.
  public func read(_ path: String, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    let descriptor = try retry("open", path) { sysOpen(path, O_RDONLY | O_CLOEXEC, 0) }
    defer { _ = sysClose(descriptor) }
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(FileError) {
        while filled < count {
          let (place, piece) = (buffer.baseAddress! + filled, min(count - filled, 1 << 30))
          let from = off_t(offset + filled)
          let got = try retry("read", path) { pread(descriptor, place, piece, from) }
          if got == 0 { return }
          filled += got
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Bytes that an ordinary user may still write in a folder.
  public func freeBytes(_ directory: String) -> Int? {
    var status = statvfs()
    guard statvfs(directory, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }
}

/// What `call` returns, again after interruptions; negative values are errors.
private func retry<Value: SignedInteger>(
  _ name: String, _ path: String, _ call: () -> Value
) throws(FileError) -> Value {
  while true {
    let value = call()
    if value >= 0 { return value }
    if errno != EINTR { throw FileError(call: name, path: path, code: errno) }
  }
}

// The methods above have the names of the calls they make; inside the type those would hide them.
private func sysOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
  open(path, flags, mode)
}
private func sysWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
private func sysClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func sysRename(_ old: String, _ new: String) -> Int32 { rename(old, new) }
