internal import Files
internal import Glibc

/// The bytes of a whole file of at most `limit` bytes.
func contents(of path: String, limit: Int = 512 << 20) throws(DatasetError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw DatasetError(file: path, problem: FileError.reason()) }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else {
    throw DatasetError(file: path, problem: FileError.reason())
  }
  guard status.st_mode & S_IFMT == S_IFREG else {
    throw DatasetError(file: path, problem: "it is no regular file")
  }
  guard status.st_size <= limit else {
    throw DatasetError(
      file: path, problem: "\(status.st_size) bytes are more than the limit of \(limit)")
  }
  return try readExactly(descriptor, at: 0, count: Int(status.st_size), file: path)
}

/// The bytes of a part of a file.
func contents(of path: String, _ range: Range<Int>) throws(DatasetError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw DatasetError(file: path, problem: FileError.reason()) }
  defer { close(descriptor) }
  return try readExactly(descriptor, at: range.lowerBound, count: range.count, file: path)
}

/// `count` bytes of an open file; it may be read by many threads at once.
func readExactly(
  _ descriptor: CInt, at offset: Int, count: Int, file: String
) throws(DatasetError) -> [UInt8] {
  var problem: String?
  let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
    guard let base = buffer.baseAddress else { return }
    while filled < count {
      let got = pread(descriptor, base + filled, count - filled, off_t(offset + filled))
      if got < 0 && errno == EINTR { continue }
      if got < 0 { problem = FileError.reason() }
      if got <= 0 { break }
      filled += got
    }
  }
  if let problem { throw DatasetError(file: file, problem: problem) }
  guard bytes.count == count else {
    throw DatasetError(file: file, problem: "it ends before byte \(offset + count)")
  }
  return bytes
}

/// What a folder holds, sorted by bytes, without hidden names.
func names(inFolder path: String) throws(DatasetError) -> [String] {
  guard let directory = opendir(path) else {
    throw DatasetError(file: path, problem: FileError.reason(), remedy: "check the path")
  }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    guard let name else {
      throw DatasetError(
        file: path, problem: "it holds a name that is not UTF-8", remedy: "rename that file")
    }
    if !name.hasPrefix(".") { names.append(name) }
  }
  return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

/// What lies at a path, links followed.
enum PathKind {
  case file, folder(device: UInt64, inode: UInt64), missing
}

func kind(of path: String) -> PathKind {
  var status = stat()
  guard stat(path, &status) == 0 else { return .missing }
  switch status.st_mode & S_IFMT {
  case S_IFREG: return .file
  case S_IFDIR:
    return .folder(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  default: return .missing
  }
}

func isFolder(_ path: String) -> Bool {
  if case .folder = kind(of: path) { true } else { false }
}

func isFile(_ path: String) -> Bool { if case .file = kind(of: path) { true } else { false } }

/// The last part of a path, `photos` in `a/photos/`.
func lastComponent(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}

/// The lines of a text file without blanks at either end, each with its number from 1.
func lines(of path: String) throws(DatasetError) -> [(number: Int, words: [Substring])] {
  let bytes = try contents(of: path, limit: 256 << 20)
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw DatasetError(file: path, problem: "it is not UTF-8 text")
  }
  var lines: [(number: Int, words: [Substring])] = []
  var number = 0
  for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
    number += 1
    let words = line.split(whereSeparator: \.isWhitespace)
    if !words.isEmpty { lines.append((number, words)) }
  }
  return lines
}

/// The size of a file in bytes.
func fileSize(_ path: String) throws(DatasetError) -> Int {
  var status = stat()
  guard stat(path, &status) == 0 else {
    throw DatasetError(file: path, problem: FileError.reason(), remedy: "check the path")
  }
  return Int(status.st_size)
}
