/// The picture files under some roots, found by their names.
struct FolderScan {
  struct File: Sendable {
    let id: String
    let path: String
    let root: Int
    let label: Int?
  }

  private(set) var files: [File] = []
  private(set) var classes: [String] = []
  private var passedOver: [String: Int] = [:]

  /// What was seen and not taken.
  var notes: [String] {
    passedOver.sorted { $0.key < $1.key }.map { "passed over \($0.key): \($0.value)" }
  }

  init(roots: [FolderBuilder.Root], labels: FolderBuilder.Labels) throws(DatasetError) {
    guard !roots.isEmpty else { throw DatasetError(file: "", problem: "no folder was named") }
    if labels == .subfolders {
      var found: Set<String> = []
      for root in roots { found.formUnion(try subfolders(of: root.path)) }
      classes = found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
    for (number, root) in roots.enumerated() {
      let prefix = roots.count > 1 ? lastComponent(root.path) + "/" : ""
      guard isFolder(root.path) else {
        throw DatasetError(
          file: root.path, problem: "there is no such folder", remedy: "check the path")
      }
      let before = files.count
      switch labels {
      case .none: try collect(root.path, prefix, number, nil, [])
      case .subfolders: try collectClasses(root.path, prefix, number)
      }
      guard files.count > before else {
        throw DatasetError(
          file: root.path, problem: "there is no JPEG or PNG file in it", remedy: "check the path")
      }
    }
  }

  private mutating func collectClasses(
    _ root: String, _ prefix: String, _ number: Int
  ) throws(DatasetError) {
    for name in try names(inFolder: root) where isFile("\(root)/\(name)") {
      if hasPictureName(name) {
        throw DatasetError(
          file: "\(root)/\(name)", problem: "a picture lies beside the class folders",
          remedy: "move it into a class folder, or build without labels")
      }
      passOver(name)
    }
    for name in try subfolders(of: root) {
      let before = files.count
      let label = classes.firstIndex(of: name)
      try collect("\(root)/\(name)", "\(prefix)\(name)/", number, label, [])
      guard files.count > before else {
        throw DatasetError(
          file: "\(root)/\(name)", problem: "this class folder has no JPEG or PNG file",
          remedy: "fill it or remove it")
      }
    }
  }

  /// Adds the pictures of a folder and those below it; `above` are the folders it lies in, so that
  /// a link to one of these is not followed for ever.
  private mutating func collect(
    _ folder: String, _ prefix: String, _ root: Int, _ label: Int?, _ above: Set<[UInt64]>
  ) throws(DatasetError) {
    guard case .folder(let device, let inode) = kind(of: folder) else { return }
    guard !above.contains([device, inode]), above.count < 64 else {
      throw DatasetError(
        file: folder, problem: "it links to a folder that it lies in", remedy: "remove the link")
    }
    for name in try names(inFolder: folder) {
      let path = "\(folder)/\(name)"
      switch kind(of: path) {
      case .folder:
        try collect(path, "\(prefix)\(name)/", root, label, above.union([[device, inode]]))
      case .file where hasPictureName(name):
        files.append(File(id: prefix + name, path: path, root: root, label: label))
      case .file: passOver(name)
      case .missing:
        // A link to nothing is a missing picture only if it is named like one.
        guard !hasPictureName(name) else {
          throw DatasetError(
            file: path, problem: "it is a link to nothing", remedy: "mend or remove it")
        }
        passOver(name)
      }
    }
  }

  private mutating func passOver(_ name: String) {
    let parts = name.split(separator: ".")
    let kind = parts.count > 1 ? "*.\(parts[parts.count - 1])" : "names without an ending"
    passedOver[kind, default: 0] += 1
  }
}

/// Whether a file is named like a picture that is read.
private func hasPictureName(_ name: String) -> Bool {
  let name = name.lowercased()
  return [".jpg", ".jpeg", ".png"].contains { name.hasSuffix($0) }
}

private func subfolders(of root: String) throws(DatasetError) -> [String] {
  try names(inFolder: root).filter { isFolder("\(root)/\($0)") }
}
