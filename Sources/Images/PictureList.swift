internal import Foundation

/// The pictures that a command line names, and what each is called in a folder of results.
public struct PictureList: Sendable {
  /// A picture file.
  public struct Entry: Sendable, Equatable {
    /// Where it is.
    public let file: String
    /// What its result is called: a path without an ending, unique in the list.
    public let name: String
  }

  /// The pictures, sorted by name.
  public let entries: [Entry]

  /// Files as they are, folders as the JPEG and PNG files in them at any depth.
  ///
  /// A result is called as its picture is, seen from the deepest folder that holds all of them: so
  /// pictures of one name in different folders stay apart. Where two differ in their ending alone,
  /// they keep it. A file that is named twice counts once.
  public init(_ paths: [String]) throws {
    var files: [String] = []
    var known: Set<String> = []
    for path in paths {
      for file in try PictureList.pictures(at: path) {
        if known.insert(URL(filePath: file).standardizedFileURL.path).inserted {
          files.append(file)
        }
      }
    }
    guard !files.isEmpty else {
      throw ImageError(
        .cannotRead("no JPEG or PNG file here"), file: paths.joined(separator: ", "))
    }
    let parts = files.map { URL(filePath: $0).standardizedFileURL.pathComponents }
    var shared = parts[0].count - 1
    for part in parts {
      let same = zip(part.dropLast(), parts[0].dropLast()).prefix { $0 == $1 }.count
      shared = min(shared, same)
    }
    let names = parts.map { $0.dropFirst(shared).joined(separator: "/") }
    let stems = names.map { ($0 as NSString).deletingPathExtension }
    var uses: [String: Int] = [:]
    for stem in stems { uses[stem.lowercased(), default: 0] += 1 }
    var called = files.indices.map { uses[stems[$0].lowercased()]! > 1 ? names[$0] : stems[$0] }
    if Set(called).count < called.count { called = names }
    entries = zip(files, called).map { Entry(file: $0, name: $1) }.sorted { $0.name < $1.name }
  }

  private static func pictures(at path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ImageError(.cannotRead("no such file or folder"), file: path)
    }
    guard isFolder.boolValue else { return [path] }
    guard let names = FileManager.default.enumerator(atPath: path) else {
      throw ImageError(.cannotRead("the folder cannot be listed"), file: path)
    }
    let all = names.compactMap { $0 as? String }.sorted()
    // A name that is not UTF-8 comes mended, and is that of no file.
    if let mended = all.first(where: {
      $0.contains("\u{FFFD}") && !FileManager.default.fileExists(atPath: "\(path)/\($0)")
    }) {
      throw ImageError(
        .cannotRead("its name is not UTF-8; rename it"), file: "\(path)/\(mended)")
    }
    return
      all
      .filter { name in
        [".jpg", ".jpeg", ".png"].contains { name.lowercased().hasSuffix($0) }
          && !name.split(separator: "/").contains { $0.hasPrefix(".") }
      }
      .map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
  }
}
