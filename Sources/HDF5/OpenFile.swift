internal import CHDF5
internal import Files
internal import Glibc
internal import Synchronization

/// An open file, shared by the file value and the datasets opened from it.
///
/// A file that is being written lies under a temporary name until it is committed; when the last
/// owner goes away before that, it is removed.
final class OpenFile: Sendable {
  let path: String
  /// The most bytes that one read may return.
  let readLimit: Int
  let id: hid_t
  /// The lists that every opening and creating by name uses.
  let linkAccess, linkCreation: Handle
  private let temporaryPath: String?
  private let isOpen = Atomic(true)

  init(reading path: String, limit: Int?) throws(HDF5Error) {
    let place = Place(path: path)
    var status = stat()
    guard stat(path, &status) == 0 else { throw place.error("open", lastError()) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw place.error("open", "it is no file") }
    linkAccess = try Handle("H5Pcreate", place) { chdf5_link_access() }
    linkCreation = try Handle("H5Pcreate", place) { chdf5_link_creation() }
    let access = try Handle("H5Pcreate", place) { chdf5_file_access(false) }
    id = try check("H5Fopen", place) { chdf5_open_for_reading(path, access.id) }
    self.path = path
    readLimit = limit ?? Int(status.st_size) + 256 << 20
    temporaryPath = nil
  }

  init(creating path: String) throws(HDF5Error) {
    let place = Place(path: path)
    TemporaryFile.removeLeftovers(of: path)
    let temporary = TemporaryFile.newPath(for: path)
    linkAccess = try Handle("H5Pcreate", place) { chdf5_link_access() }
    linkCreation = try Handle("H5Pcreate", place) { chdf5_link_creation() }
    let access = try Handle("H5Pcreate", place) { chdf5_file_access(true) }
    id = try check("H5Fcreate", place) { chdf5_create_new(temporary, access.id) }
    self.path = path
    readLimit = .max
    temporaryPath = temporary
  }

  /// Closes the file, makes it durable and gives it its name.
  func commit() throws(HDF5Error) {
    let place = Place(path: path)
    guard let temporaryPath, isOpen.exchange(false, ordering: .relaxed) else {
      throw place.error("commit", "it is not open for writing")
    }
    do throws(HDF5Error) {
      let id = self.id
      _ = try check("H5Fclose", place) { H5Fclose(id) }
      try synchronize(temporaryPath, place)
      guard rename(temporaryPath, path) == 0 else { throw place.error("rename", lastError()) }
    } catch {
      unlink(temporaryPath)
      throw error
    }
    try synchronize(folder(of: path), place)
  }

  deinit {
    guard isOpen.load(ordering: .relaxed) else { return }
    let id = self.id
    _ = try? check("H5Fclose", Place(path: path)) { H5Fclose(id) }
    if let temporaryPath { unlink(temporaryPath) }
  }
}

private func lastError() -> String { String(cString: strerror(errno)) }

private func synchronize(_ path: String, _ place: Place) throws(HDF5Error) {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw place.error("open", lastError()) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw place.error("fsync", lastError()) }
}
