internal import Images

/// Pictures of which each has at most one label and lies in at most one split: what folders and
/// archives are read as before a dataset is made of them.
struct PictureList {
  struct Entry: Sendable {
    let candidate: Candidate
    var label: Int?
    var split: String?
  }

  var entries: [Entry] = []
  /// The names of the classes; empty where there are no labels.
  var classes: [String] = []
  /// What the dataset says about its origin.
  var source: String
  /// What a person should know about how they were found.
  var notes: [String] = []
  /// Further splits by the hash of ids.
  var holdOut: HoldOut?
  var options = BuildOptions()

  /// Reads and checks all pictures and writes the dataset; without success no file is left.
  func build(
    to path: String, progress: (BuildProgress) -> Void
  ) throws(DatasetError) -> BuildReport {
    var writer = try DatasetWriter(
      creating: path, classes: classes, source: source, colorProfiles: options.colorProfiles)
    var splits: [String: [Int]] = [:]
    let intake = ImageIntake(unreadable: options.unreadable, classCount: classes.count)
    let skipped = try intake.run(entries.map(\.candidate), progress: progress) {
      (index, files) throws(DatasetError) in
      DatasetRecord(
        id: entries[index].candidate.id, image: files.image, label: entries[index].label)
    } store: { (index, record) throws(DatasetError) in
      try writer.append(record)
      if let split = entries[index].split { splits[split, default: []].append(writer.count - 1) }
      if let holdOut {
        let name = holdOut.takes(record.id) ? holdOut.name : holdOut.restName
        splits[name, default: []].append(writer.count - 1)
      }
    }
    for name in [holdOut?.name, holdOut?.restName].compactMap({ $0 }) where splits[name] == nil {
      throw DatasetError(
        file: path, record: "split '\(name)'",
        problem: "none of \(writer.count) records falls into it",
        remedy: "choose another fraction, or more pictures")
    }
    for (name, indices) in splits { try writer.addSplit(name, indices) }
    try writer.addSplits(options.splitLists)
    let (count, profileNote) = (writer.count, writer.profiles.note(options.colorProfiles))
    return BuildReport(
      path: path, count: count, contentSHA256: try writer.finish(), skipped: skipped,
      notes: notes + [profileNote].compactMap { $0 })
  }
}
