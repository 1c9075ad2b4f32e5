/// A failure of the HDF5 library, or a file whose content is not what was asked for.
public struct HDF5Error: Error, Sendable, Equatable, CustomStringConvertible {
  /// The library function that failed, or the operation of this module that refused.
  public let call: String
  /// The file.
  public let path: String
  /// The dataset, group or attribute inside the file; empty where the file itself is meant.
  public let object: String
  /// The causes the library names, the first one first, or what to do instead.
  public let detail: String

  /// One line that names the file, the object, the call and the causes.
  public var description: String {
    let place = object.isEmpty ? "'\(path)'" : "'\(object)' in '\(path)'"
    return "\(call) failed on \(place)" + (detail.isEmpty ? "" : ": \(detail)")
  }
}

/// What a call works on, for its error message.
struct Place: Sendable {
  let path: String
  var object = ""

  func at(_ name: String) -> Place { Place(path: path, object: name) }

  func error(_ call: String, _ detail: String) -> HDF5Error {
    HDF5Error(call: call, path: path, object: object, detail: detail)
  }
}
