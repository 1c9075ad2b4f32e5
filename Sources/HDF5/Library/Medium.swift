internal import CHDF5
internal import Files
internal import Synchronization

/// What the library writes a new file to.
///
/// The first call that fails is kept and the library hears of none: it would be left with objects
/// that it can neither write nor close. Whoever uses it asks for `failure` after every call, and
/// then gives the file up.
final class Medium: Sendable {
  private let files: any ScratchFiles
  private let file: OpenFile
  private let first = Mutex<FileError?>(nil)

  init(_ file: OpenFile, on files: any ScratchFiles) { (self.file, self.files) = (file, files) }

  /// The first call that failed.
  var failure: FileError? { first.withLock { $0 } }

  /// The driver's functions over this medium, which must outlive the library's use of them.
  var driverInfo: chdf5_medium {
    chdf5_medium(
      context: Unmanaged.passUnretained(self).toOpaque(),
      read: { context, offset, count, bytes in
        guard let medium = Medium.of(context) else { return -1 }
        let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: count)
        let isRead = medium.attempt { (files, file) throws(FileError) in
          try files.read(buffer, of: file, at: Int(offset))
        }
        // What cannot be read cannot be made up.
        return isRead ? 0 : -1
      },
      write: { context, offset, count, bytes in
        let buffer = UnsafeRawBufferPointer(start: bytes, count: count)
        _ = Medium.of(context)?.attempt { (files, file) throws(FileError) in
          try files.write(buffer, to: file, at: Int(offset))
        }
        return 0
      },
      resize: { context, size in
        _ = Medium.of(context)?.attempt { (files, file) throws(FileError) in
          try files.resize(file, to: Int(size))
        }
        return 0
      })
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> Medium? {
    context.map { Unmanaged<Medium>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Does something with the file, but for the time after a failure.
  private func attempt(
    _ body: (any ScratchFiles, OpenFile) throws(FileError) -> Void
  ) -> Bool {
    guard failure == nil else { return false }
    do throws(FileError) { try body(files, file) } catch {
      first.withLock { $0 = $0 ?? error }
      return false
    }
    return true
  }
}
