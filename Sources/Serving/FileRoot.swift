public import Files

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The files below one folder. A path is opened part by part and no part may be a link, so that
/// nothing outside is reached, whatever is put into the folder and whenever.
public struct FileRoot: Sendable {
  /// The folder.
  public let path: String

  /// The files of a folder.
  public init(_ path: String) { self.path = path }

  /// A plain file of at most `limit` bytes; nil where there is none by this name, which is a path
  /// without empty parts, `.` and `..`.
  public func bytes(of name: String, limit: Int = 16 << 20) throws(FileError) -> [UInt8]? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy {
      !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0)
    }
    guard isPlain else { return nil }
    var place = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard place >= 0 else { throw FileError(call: "open", path: path, code: errno) }
    defer { if place >= 0 { close(place) } }
    for (index, part) in parts.enumerated() {
      // Not waiting, should it be a pipe.
      let kind = index + 1 < parts.count ? O_DIRECTORY : O_NONBLOCK
      let next = openat(place, String(part), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind)
      guard next >= 0 else {
        if [ENOENT, ENOTDIR, ELOOP, EACCES, ENAMETOOLONG].contains(errno) { return nil }
        throw FileError(call: "open", path: "\(path)/\(name)", code: errno)
      }
      close(place)
      place = next
    }
    var status = stat()
    guard fstat(place, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size <= limit
    else { return nil }
    var problem: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      while count < buffer.count {
        let got = read(place, buffer.baseAddress! + count, buffer.count - count)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { problem = errno }
        if got <= 0 { break }
        count += got
      }
    }
    if problem != 0 { throw FileError(call: "read", path: "\(path)/\(name)", code: problem) }
    return bytes
  }
}
