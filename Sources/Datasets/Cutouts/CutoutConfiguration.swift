internal import Files
internal import Foundation

/// Which files are cut-outs, of which classes, and which are backgrounds.
public struct CutoutConfiguration: Sendable, Equatable {
  /// The folder that holds cut-outs: PNG files with transparent surroundings.
  public var cutouts: String
  /// For each class the folders or files, within `cutouts`, of its pictures. When there is none,
  /// every folder directly in `cutouts` is a class of its own name.
  public var classes: [String: [String]] = [:]
  /// Names of folders and files that are left out wherever they occur.
  public var without: Set<String> = []
  /// Photographs, or folders of them (JPEG or PNG).
  public var backgrounds: [String]

  /// Cut-outs from a folder before photographs.
  public init(
    cutouts: String, classes: [String: [String]] = [:], without: Set<String> = [],
    backgrounds: [String]
  ) {
    self.cutouts = cutouts
    self.classes = classes
    self.without = without
    self.backgrounds = backgrounds
  }

  /// Reads a JSON file with the keys `cutouts`, `backgrounds` and, optionally, `classes` and
  /// `without`; other keys are errors. Paths that do not start with "/" are taken from the file's
  /// folder.
  public init(contentsOfFile path: String) throws(CutoutError) {
    struct Form: Decodable {
      let cutouts: String
      let classes: [String: [String]]?
      let without: Set<String>?
      let backgrounds: [String]
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CutoutError("\(path): cannot read this file")
    }
    let form: Form
    do {
      form = try JSON.value(from: data)
      let keys = (try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]).keys
      let known: Set = ["cutouts", "classes", "without", "backgrounds"]
      if let unknown = keys.first(where: { !known.contains($0) }) {
        throw CutoutError("no setting '\(unknown)'; known: \(known.sorted())")
      }
    } catch { throw CutoutError("\(path): \(error)") }
    let folder = URL(filePath: path).deletingLastPathComponent()
    func absolute(_ path: String) -> String {
      path.hasPrefix("/") ? path : folder.appending(path: path).standardizedFileURL.path
    }
    self.init(
      cutouts: absolute(form.cutouts), classes: form.classes ?? [:],
      without: form.without ?? [], backgrounds: form.backgrounds.map(absolute))
  }
}
