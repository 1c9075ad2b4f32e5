internal import Files

/// What a dataset holds, in few words.
public struct HDF5Contents: Sendable, Hashable {
  /// Its path, from the root on.
  public let path: String
  /// The type of its elements: `uint8`, `float32`, `string`.
  public let type: String
  /// The sizes of its axes.
  public let shape: [Int]
  /// The SHA-256 of its elements: numbers in little-endian order, each string and a zero byte.
  public let sha256: String

  init(path: String, type: String, shape: [Int], sha256: String) {
    self.path = Self.absolute(path)
    (self.type, self.shape, self.sha256) = (type, shape, sha256)
  }

  static func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "/\(path)" }
}

/// What was handed in while a file was written, for the comparison at its end.
final class WriteLog {
  struct Attribute {
    let object, name, line: String
  }

  private(set) var datasets: [HDF5Contents] = []
  private(set) var attributes: [Attribute] = []
  /// Datasets that are not whole yet.
  private(set) var unfinished: Set<String> = []

  func begin(_ dataset: String) { unfinished.insert(HDF5Contents.absolute(dataset)) }

  func end(_ contents: HDF5Contents) {
    unfinished.remove(contents.path)
    datasets.append(contents)
  }

  func add<Element: HDF5Element>(_ name: String, _ elements: [Element], of object: String) {
    var digest = Digest()
    Element.add(elements, to: &digest)
    let line = Seal.line(name, Element.hdf5Type.kind, elements.count, digest)
    attributes.append(Attribute(object: object, name: name, line: line))
  }

  /// Throws where a file, as it can be read, is not what was handed in.
  func compare(with temporary: String, for path: String) throws(HDF5Error) {
    func fail(_ object: String, _ words: String) -> HDF5Error {
      Place(path: path, object: object).error(
        "verify", "what was read back is not what was written: \(words)",
        remedy:
          "look at the disk and the memory of this machine; a file that was there is as it was")
    }
    let file: HDF5File
    do throws(HDF5Error) { file = try HDF5File(reading: temporary) } catch {
      throw fail("", error.detail)
    }
    guard file.isSealed else { throw fail("", "its attributes are gone") }
    for wanted in datasets {
      do throws(HDF5Error) {
        let found = try file.contents(of: wanted.path)
        guard found == wanted else { throw fail(wanted.path, "\(found) for \(wanted)") }
      } catch {
        throw error.call == "verify" ? error : fail(wanted.path, error.detail)
      }
    }
    for wanted in attributes {
      guard try file.line(of: wanted.name, in: wanted.object) == wanted.line else {
        throw fail("\(wanted.object)@\(wanted.name)", "it has another value")
      }
    }
  }
}

extension HDF5File {
  /// What a dataset held when it was written; nil where this was not noted. Elements are not read.
  public func recordedContents(of name: String) throws(HDF5Error) -> HDF5Contents? {
    let dataset = try dataset(name)
    guard let recorded = dataset.recordedDigest else { return nil }
    return HDF5Contents(
      path: name, type: dataset.type.kind, shape: try dataset.shape, sha256: recorded)
  }

  /// What a dataset holds; all of it is read.
  public func contents(of name: String) throws(HDF5Error) -> HDF5Contents {
    let dataset = try dataset(name)
    return HDF5Contents(
      path: name, type: dataset.type.kind, shape: try dataset.shape, sha256: try dataset.digest())
  }
}
