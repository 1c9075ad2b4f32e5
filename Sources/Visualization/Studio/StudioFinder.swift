internal import Files
internal import Foundation
internal import Runs

/// The run folders and looks at units below a folder, each with a name by which pages speak of it:
/// no path of a client is ever opened.
struct StudioFinder {
  /// A folder.
  struct Entry {
    /// What addresses call it: the beginning of the digest of its path.
    let id: String
    let path: String
    /// Its path from the folder of the studio.
    let name: String
  }

  private(set) var runs: [Entry] = []
  private(set) var looks: [Entry] = []
  /// Folders that hold more than one run right below them.
  private(set) var families: [Entry] = []

  private static let deepest = 8

  /// Looks through `folder`. What cannot be listed is left out, for others may be writing there.
  init(_ folder: String) { search(folder, name: "", depth: 0) }

  /// The entry by this name, as pages may show it: nil where there is none. Symbolic links in it
  /// are an error, for a page could then show what lies elsewhere.
  static func entry(_ id: String, among entries: [Entry]) throws -> Entry? {
    guard let entry = entries.first(where: { $0.id == id }) else { return nil }
    let inside = FileManager.default.enumerator(
      at: URL(filePath: entry.path), includingPropertiesForKeys: [.isSymbolicLinkKey])
    while let file = inside?.nextObject() as? URL {
      // What is gone since it was listed is no link.
      let values = try? file.resourceValues(forKeys: [.isSymbolicLinkKey])
      guard values?.isSymbolicLink != true else {
        throw RunError(
          path: file.path, problem: "is a symbolic link, which the studio does not follow")
      }
    }
    return entry
  }

  private mutating func search(_ path: String, name: String, depth: Int) {
    let names = ((try? POSIXFiles.posix.list(path)) ?? []).sorted()
    let entry = Entry(
      id: String(Digest.hexadecimal(Array(name.utf8)).prefix(16)), path: path,
      name: name.isEmpty ? URL(filePath: path).standardizedFileURL.lastPathComponent : name)
    let isRun = names.contains("configuration.yaml")
    if isRun { runs.append(entry) }
    let isLook = names.contains("units.json")
    if isLook { looks.append(entry) }
    guard !isRun, !isLook, depth < Self.deepest else { return }
    var children = 0
    for one in names where !one.hasPrefix(".") {
      let inside = "\(path)/\(one)"
      // Not through links: what lies elsewhere is not shown.
      let kind = try? FileManager.default.attributesOfItem(atPath: inside)[.type]
      guard kind as? FileAttributeType == .typeDirectory else { continue }
      let before = runs.count
      search(inside, name: name.isEmpty ? one : "\(name)/\(one)", depth: depth + 1)
      if runs.count == before + 1, runs[before].path == inside { children += 1 }
    }
    if children > 1 { families.append(entry) }
  }
}
