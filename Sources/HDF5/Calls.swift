internal import CHDF5
internal import Synchronization

/// Only one thread is inside the library at a time. Distributions build it with such a lock of its
/// own, but not all do, and the error stack has to be read before another call replaces it.
private let gate = Mutex(())

/// Runs one call of the library and turns a negative status into an error with the stack's causes.
func check<Status: SignedInteger & Sendable>(
  _ call: String, _ place: Place, _ body: () -> Status
) throws(HDF5Error) -> Status {
  var text: String?
  let status = gate.withLock { _ in
    _ = chdf5_silence()
    let status = body()
    if status < 0 { text = errorText() }
    return status
  }
  if let text { throw place.error(call, text) }
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

/// An identifier of the library with one owner; it is given back when the owner goes away.
struct Handle: ~Copyable, Sendable {
  let id: hid_t

  /// Opens an identifier by `body`.
  init(_ call: String, _ place: Place, _ body: () -> hid_t) throws(HDF5Error) {
    id = try check(call, place, body)
  }

  deinit {
    // Objects of a file that was committed are closed already; that is no failure.
    gate.withLock { _ in
      _ = chdf5_silence()
      if H5Iis_valid(id) > 0 { _ = H5Idec_ref(id) }
    }
  }
}
