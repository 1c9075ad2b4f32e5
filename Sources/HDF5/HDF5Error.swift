/// A failure of the HDF5 library, of the disk, or a file whose content is not what was asked for.
public struct HDF5Error: Error, Sendable, Equatable, CustomStringConvertible {
  /// The library function that failed, or the operation of this module that refused.
  public let call: String
  /// The file.
  public let path: String
  /// The dataset, group or attribute inside the file; empty where the file itself is meant.
  public let object: String
  /// The causes, the first one first, or what to do instead.
  public let detail: String
  /// What to do; nil where nothing is known.
  public let remedy: String?

  /// What is wrong and the remedy, for a message that names the file itself.
  public var problem: String {
    "\(call) failed" + (object.isEmpty ? "" : " on '\(object)'")
      + (detail.isEmpty ? "" : ": \(detail)") + (remedy.map { "; \($0)" } ?? "")
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

  func error(_ call: String, _ detail: String, remedy: String? = nil) -> HDF5Error {
    HDF5Error(call: call, path: path, object: object, detail: detail, remedy: remedy)
  }

  /// An error of the bounded reader.
  func error(_ call: String, _ fault: any Error) -> HDF5Error {
    switch fault as? Fault {
    case .damaged(let words): error(call, words)
    case .unknown(let words): error(call, "it has \(words), which is not read here")
    case nil: error(call, "\(fault)")
    }
  }
}
