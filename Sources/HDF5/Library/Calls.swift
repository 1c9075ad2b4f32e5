internal import CHDF5
internal import Synchronization

/// Only one thread is inside the library at a time. Distributions build it with such a lock of its
/// own, but not all do, and the error stack has to be read before another call replaces it.
private let gate = Mutex(())

/// The library is told before its first use to do nothing when the process ends: it would close
/// what is still open, also what was given up because it cannot be closed.
private let isPrepared: Bool = H5dont_atexit() >= 0

/// Runs one call of the library and turns a negative status into an error with the stack's causes.
func check<Status: SignedInteger & Sendable>(
  _ call: String, _ place: Place, _ body: () -> Status
) throws(HDF5Error) -> Status {
  var text: String?
  let status = gate.withLock { _ in
    _ = isPrepared
    _ = chdf5_silence()
    let status = body()
    if status < 0 { text = errorText() }
    return status
  }
  if let text {
    // A library names parts of newer files by their version numbers, which it does not know.
    throw place.error(
      call, text,
      remedy: text.contains("version number")
        ? "the file is of a newer HDF5 than this program reads: write it again for older ones "
          + "(libver=('earliest', 'v110') in h5py)" : nil)
  }
  return status
}

/// The error stack of the library as one line. The gate is held by the caller.
private func errorText() -> String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 2048) { buffer in
    guard let base = buffer.baseAddress else { return "" }
    chdf5_error_text(base, buffer.count)
    return String(cString: base)
  }
}

/// An identifier of the library that belongs to no file, with one owner; it is given back when the
/// owner goes away. Those of new files are `NewFile.Object`.
struct Handle: ~Copyable {
  let id: hid_t

  /// Opens an identifier by `body`.
  init(_ call: String, _ place: Place, _ body: () -> hid_t) throws(HDF5Error) {
    id = try check(call, place, body)
  }

  deinit { _ = try? check("H5Idec_ref", Place(path: "")) { H5Idec_ref(id) } }
}
