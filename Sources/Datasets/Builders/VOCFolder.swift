/// One year of a VOC development kit: where its files lie and what its lists say.
struct VOCFolder {
  let path: String
  /// The year's folder name, such as `VOC2007`.
  let name: String
  /// The splits of `ImageSets/Main`, and those of `ImageSets/Segmentation` with `seg_` before their
  /// names, as ids in the order of the file.
  private(set) var splits: [(name: String, ids: [String])] = []
  /// For each class, what the class files say of each id: 1, 0 or -1.
  private(set) var presence: [[String: Int8]]
  /// All ids of the splits, or of all annotations where there are no splits, sorted.
  private(set) var ids: [String] = []
  /// Pictures of a test split whose annotations are not in the folder, but on a server.
  private(set) var withheld: Set<String> = []
  private(set) var notes: [String] = []

  init(path: String, classes: [String]) throws(DatasetError) {
    self.path = path
    name = lastComponent(path)
    presence = Array(repeating: [:], count: classes.count)
    for part in ["JPEGImages", "Annotations"] where !isFolder("\(path)/\(part)") {
      throw DatasetError(
        file: path, problem: "this is no year of a VOC devkit: it has no folder \(part)",
        remedy: "name the folder that holds JPEGImages and Annotations, or VOCdevkit itself")
    }
    try readMain(classes)
    try readSegmentation()
    var all: Set<String> = []
    for split in splits { all.formUnion(split.ids) }
    let annotated = try names(inFolder: "\(path)/Annotations").filter { $0.hasSuffix(".xml") }
      .map { String($0.dropLast(4)) }
    if all.isEmpty {
      all = Set(annotated)
      notes.append("\(name) has no ImageSets: every annotated picture is taken, without splits")
    } else {
      let left = annotated.count { !all.contains($0) }
      if left > 0 { notes.append("\(left) pictures of \(name) are in no split and left out") }
    }
    ids = all.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    findWithheld(Set(annotated))
  }

  /// Finds test splits most of which have no annotations. The few that are there, such as those of
  /// VOC's layout task, are no truth to score by, so that none counts; where most are there, a
  /// missing one is a mistake.
  private mutating func findWithheld(_ annotated: Set<String>) {
    let (tests, others) = (
      splits.filter { Self.testSplits.contains($0.name) },
      splits.filter { !Self.testSplits.contains($0.name) }
    )
    let learned = Set(others.flatMap(\.ids))
    for split in tests {
      let missing = split.ids.count { !annotated.contains($0) }
      guard 2 * missing > split.ids.count else { continue }
      withheld.formUnion(split.ids.filter { !learned.contains($0) })
      notes.append(
        "\(missing) of \(split.ids.count) pictures of \(name)'s \(split.name) have no "
          + "annotations: the split is taken without truth, for results that a server scores")
    }
  }

  /// The splits whose annotations VOC's organizers keep back.
  private static let testSplits: Set = ["test", "seg_test"]

  func imagePath(_ id: String) -> String { "\(path)/JPEGImages/\(id).jpg" }
  func annotationPath(_ id: String) -> String { "\(path)/Annotations/\(id).xml" }
  func maskPath(_ id: String) -> String { "\(path)/SegmentationClass/\(id).png" }

  private mutating func readMain(_ classes: [String]) throws(DatasetError) {
    let folder = "\(path)/ImageSets/Main"
    guard isFolder(folder) else { return }
    for file in try names(inFolder: folder) where file.hasSuffix(".txt") {
      let stem = String(file.dropLast(4))
      let named = classes.indices.filter { stem.hasPrefix(classes[$0] + "_") }
      // The name of one class may begin that of another.
      if let index = named.max(by: { classes[$0].count < classes[$1].count }) {
        try readClass("\(folder)/\(file)", index)
      } else if !stem.contains("_") {
        splits.append((stem, try readIDs("\(folder)/\(file)")))
      } else {
        throw DatasetError(
          file: "\(folder)/\(file)",
          problem: "'\(stem.prefix { $0 != "_" })' is no class of this build",
          remedy: "name all classes (--class, --classes-from), or remove the file")
      }
    }
  }

  private mutating func readSegmentation() throws(DatasetError) {
    let folder = "\(path)/ImageSets/Segmentation"
    guard isFolder(folder) else { return }
    for file in try names(inFolder: folder) where file.hasSuffix(".txt") {
      let ids = try readIDs("\(folder)/\(file)")
      let missing = ids.filter { !isFile(maskPath($0)) }
      // The masks of a test set may be kept back altogether; anything between is a mistake.
      guard missing.isEmpty || missing.count == ids.count else {
        throw DatasetError(
          file: "\(folder)/\(file)",
          problem: "\(missing.count) of its \(ids.count) pictures have no mask, such as "
            + maskPath(missing[0]), remedy: "fetch the masks again, or correct the list")
      }
      splits.append(("seg_" + file.dropLast(4), ids))
    }
  }

  private func readIDs(_ path: String) throws(DatasetError) -> [String] {
    var ids: [String] = []
    var seen: Set<String> = []
    for line in try lines(of: path) {
      let id = String(line.words[0])
      guard line.words.count == 1, !id.contains("/") else {
        throw DatasetError(
          file: path, record: "line \(line.number)", problem: "it is not one picture id",
          remedy: "write one id on each line")
      }
      guard seen.insert(id).inserted else {
        throw DatasetError(
          file: path, record: "line \(line.number)", problem: "'\(id)' is listed twice",
          remedy: "list it once")
      }
      ids.append(id)
    }
    guard !ids.isEmpty else {
      throw DatasetError(
        file: path, problem: "the split is empty", remedy: "fill the file or remove it")
    }
    return ids
  }

  private mutating func readClass(_ path: String, _ index: Int) throws(DatasetError) {
    for line in try lines(of: path) {
      guard line.words.count == 2, let value = Int8(line.words[1]), (-1...1).contains(value) else {
        throw DatasetError(
          file: path, record: "line \(line.number)",
          problem: "it is not a picture id followed by 1, 0 or -1", remedy: "correct the line")
      }
      let id = String(line.words[0])
      guard presence[index][id] ?? value == value else {
        throw DatasetError(
          file: path, record: "line \(line.number)",
          problem: "another file says \(presence[index][id] ?? 0) of '\(id)', this one \(value)",
          remedy: "make the class files agree")
      }
      presence[index][id] = value
    }
  }
}
