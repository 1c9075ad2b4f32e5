internal import CHDF5
internal import Files

/// A new file under a temporary name, until it is committed.
///
/// After the disk failed once, the library is not entered for this file again: its objects are left
/// as they are, and the temporary file is removed.
final class NewFile {
  let path: String
  let log = WriteLog()
  let linkAccess, linkCreation: Handle
  private(set) var id: hid_t = -1
  private let temporary: String
  private let files: any ScratchFiles
  private let scratch: OpenFile
  private let medium: Medium
  /// Keeps the medium while the library has it, for ever where a file was given up.
  private let lent: Unmanaged<Medium>
  private var isOpen = true
  private var isDiscarded = false
  /// An object that could not be closed.
  private var unclosed: HDF5Error?

  /// The driver that leads to a `Medium`.
  private static let driver = Result { () throws(HDF5Error) in
    try check("H5FDregister", Place(path: "")) { chdf5_register_driver() }
  }

  init(_ path: String, on files: any ScratchFiles) throws(HDF5Error) {
    let place = Place(path: path)
    TemporaryFile.removeLeftovers(of: path)
    let temporary = TemporaryFile.newPath(for: path)
    let driver = try Self.driver.get()
    linkAccess = try Handle("H5Pcreate", place) { chdf5_link_access() }
    linkCreation = try Handle("H5Pcreate", place) { chdf5_link_creation() }
    do throws(FileError) { scratch = try files.openNew(temporary) } catch {
      throw place.error(error, on: files)
    }
    (self.path, self.temporary, self.files) = (path, temporary, files)
    medium = Medium(scratch, on: files)
    lent = Unmanaged.passRetained(medium)
    var info = medium.driverInfo
    let access = try Handle("H5Pset_driver", place) { chdf5_access_through(driver, &info) }
    id = try call("H5Fcreate", place) { chdf5_create_new(temporary, access.id) }
  }

  /// Runs a call of the library that may write; what the disk says counts more than what it says.
  func call<Status: SignedInteger & Sendable>(
    _ call: String, _ place: Place, _ body: () -> Status
  ) throws(HDF5Error) -> Status {
    guard isOpen else { throw place.error(call, "the file is closed") }
    try requireDisk(place)
    do throws(HDF5Error) {
      let status = try check(call, place, body)
      try requireDisk(place)
      return status
    } catch {
      try requireDisk(place)
      throw error
    }
  }

  private func requireDisk(_ place: Place) throws(HDF5Error) {
    if let failure = medium.failure { throw place.error(failure, on: files) }
  }

  /// An identifier of an object in the file with one owner; giving it back may write.
  final class Object {
    let id: hid_t
    private let file: NewFile

    init(
      _ call: String, _ place: Place, in file: NewFile, _ body: () -> hid_t
    ) throws(HDF5Error) {
      id = try file.call(call, place, body)
      self.file = file
    }

    deinit { file.release(id) }
  }

  private func release(_ id: hid_t) {
    guard isOpen, medium.failure == nil else { return }
    do throws(HDF5Error) {
      _ = try check("H5Idec_ref", Place(path: path)) { H5Idec_ref(id) }
    } catch { unclosed = unclosed ?? error }
  }

  /// Closes the file, makes it durable, lets `verify` read it, and gives it its name.
  func commit(
    verify: (_ temporary: String) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    let place = Place(path: path)
    if let unclosed { throw unclosed }
    let id = self.id
    _ = try call("H5Fclose", place) { H5Fclose(id) }
    isOpen = false
    lent.release()
    do throws(FileError) { try files.sync(scratch) } catch { throw place.error(error, on: files) }
    try verify(temporary)
    isDiscarded = true
    do throws(FileError) {
      do throws(FileError) {
        try files.close(scratch)
        try files.rename(temporary, to: path)
      } catch {
        try? files.remove(temporary)
        throw error
      }
      try files.syncDirectory(folder(of: path))
    } catch { throw place.error(error, on: files) }
  }

  deinit {
    if isOpen, medium.failure == nil {
      let id = self.id
      if (try? check("H5Fclose", Place(path: path)) { H5Fclose(id) }) != nil { lent.release() }
    }
    guard !isDiscarded else { return }
    try? files.close(scratch)
    try? files.remove(temporary)
  }
}

extension Place {
  /// A call of the disk that failed while a file was written.
  func error(_ failure: FileError, on files: any FileSystem) -> HDF5Error {
    let free = files.freeBytes(folder(of: path))
    return error(
      failure.call, failure.reason + (free.map { "; \($0) bytes are free there" } ?? ""),
      remedy: "make room or write elsewhere; a file that was there is as it was")
  }
}
