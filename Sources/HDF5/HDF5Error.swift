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

  /// What to do where the file is whole but of a form that is not read; nil where nothing is known.
  ///
  /// A library names parts of newer files by their version numbers, which it does not know.
  public var remedy: String? {
    detail.contains("version number")
      ? "the file is of a newer HDF5 than this program reads: write it again for older ones "
        + "(libver=('earliest', 'v110') in h5py)" : nil
  }

  /// One line that names the file, the object, the call, the causes and the remedy.
  public var description: String {
    let place = object.isEmpty ? "'\(path)'" : "'\(object)' in '\(path)'"
    return "\(call) failed on \(place)" + (detail.isEmpty ? "" : ": \(detail)")
      + (remedy.map { "; \($0)" } ?? "")
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
