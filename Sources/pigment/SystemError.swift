internal import Files
internal import Foundation

/// What the system's libraries say in terms of their own, in words that name the file and what is
/// wrong with it.
struct SystemError: Error, CustomStringConvertible {
  let description: String

  /// Nil where the error is the program's own.
  init?(_ error: any Error) {
    switch error {
    case let error as CocoaError:
      let path = error.filePath ?? error.url?.path ?? "a file"
      if let code = (error.underlying as? POSIXError)?.code.rawValue ?? Self.code(of: error) {
        description = FileError(call: "the file system", path: path, code: code).description
      } else {
        description = "\(path): \(error.localizedDescription)"
      }
    case let error as POSIXError:
      description = "the system: \(FileError.reason(error.code.rawValue))"
    case let error as DecodingError:
      let (place, words) = Self.place(of: error)
      description =
        "something that was read is damaged, or of another version: "
        + (place.isEmpty ? "" : "\(place): ") + words
    default: return nil
    }
  }

  private static func code(of error: CocoaError) -> Int32? {
    switch error.code {
    case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
    case .fileReadNoPermission, .fileWriteNoPermission: EACCES
    case .fileWriteOutOfSpace: ENOSPC
    case .fileWriteFileExists: EEXIST
    case .fileWriteVolumeReadOnly: EROFS
    default: nil
    }
  }

  private static func place(of error: DecodingError) -> (String, String) {
    let context: DecodingError.Context
    var path: [any CodingKey] = []
    switch error {
    case .typeMismatch(_, let found), .valueNotFound(_, let found), .dataCorrupted(let found):
      context = found
    case .keyNotFound(let key, let found): (context, path) = (found, [key])
    @unknown default: return ("", "\(error)")
    }
    path = context.codingPath + path
    return (path.map(\.stringValue).joined(separator: "."), context.debugDescription)
  }
}
