internal import Files
internal import Images

/// Writes the records of several datasets into one.
///
///     var merger = DatasetMerger(parts: [.init("a.h5"), .init("b.h5", split: "pool")])
///     merger.duplicates = .drop
///     let report = try merger.build(to: "all.h5")
///
/// Classes are joined by their names. Where an id occurs twice, all ids begin with the names of
/// their files.
public struct DatasetMerger: Sendable {
  /// What becomes of pictures that are there already, byte for byte.
  public enum Duplicates: String, CaseIterable, Sendable {
    /// They are taken like others, and counted.
    case keep
    /// They are an error.
    case refuse
    /// The first is taken, the others are left out of the dataset and of its splits, and counted.
    case drop
  }

  /// The datasets (a file, a pattern, or several with commas), and the split that all of a part's
  /// records make instead of its own, if any.
  public var parts: [FolderBuilder.Root]
  /// Whether labels, boxes and masks are left out.
  public var isUnlabelled = false
  /// What becomes of pictures that are there already.
  public var duplicates = Duplicates.keep
  /// Further splits, by the positions of records; they replace those of the same names.
  var newSplits: [String: [Int]] = [:]

  /// Joins these datasets.
  public init(parts: [FolderBuilder.Root]) { self.parts = parts }

  /// Reads all records and writes the new dataset; without success no file is left.
  public func build(
    to path: String, progress: (BuildProgress) -> Void = { _ in }
  ) throws(DatasetError) -> BuildReport {
    var sources: [Dataset] = []
    for part in parts {
      sources.append(
        try Dataset(opening: part.path, needing: isUnlabelled ? .pictures : .annotations))
    }
    guard let first = sources.first else {
      throw DatasetError(file: path, problem: "no dataset was named")
    }
    let profiles = Set(sources.flatMap { $0.summary().colorProfiles })
    guard profiles.count == 1 else {
      throw DatasetError(
        file: path, problem: "the color profiles of some parts are followed, of others ignored",
        remedy: "build them alike (--color-profiles)")
    }
    let classes = isUnlabelled ? [] : try Self.classes(of: sources)
    let ids = sources.flatMap(\.ids)
    let isPrefixed = Set(ids).count < ids.count
    var prefixes = Self.prefixes(parts.map(\.path))
    var writer = try DatasetWriter(
      creating: path, classes: classes, source: Self.joined(sources.map(\.source)),
      createdBy: first.createdBy, colorProfiles: profiles.first!)
    var intake = DuplicateIntake(duplicates)
    var (splits, bytes): ([String: [Int]], Int) = ([:], 0)
    for (part, source) in zip(parts, sources) {
      let prefix = isPrefixed ? prefixes.removeFirst() : ""
      let places = source.classes.map { classes.firstIndex(of: $0) ?? 0 }
      var kept: [Int: Int] = [:]
      for record in 0..<source.count {
        var copy = try source.copy(of: record, classes: isUnlabelled ? nil : places)
        copy.id = prefix + copy.id
        bytes += copy.image.count
        guard try intake.takes(copy) else { continue }
        kept[record] = writer.count
        try writer.append(copy)
        if record % 64 == 63 {
          progress(BuildProgress(done: writer.count, total: ids.count, bytes: bytes))
        }
      }
      let own = part.split.map { [$0: Array(0..<source.count)] } ?? source.splits
      for (name, records) in own { splits[name, default: []] += records.compactMap { kept[$0] } }
    }
    progress(BuildProgress(done: writer.count, total: writer.count, bytes: bytes))
    splits.merge(newSplits) { $1 }
    for (name, records) in splits.sorted(by: { $0.key < $1.key }) {
      try writer.addSplit(name, records)
    }
    let count = writer.count
    return BuildReport(
      path: path, count: count, contentSHA256: try writer.finish(), skipped: [],
      notes: intake.note.map { [$0] } ?? [])
  }

  /// The names of files, with their numbers where two have the same.
  private static func prefixes(_ paths: [String]) -> [String] {
    let names = paths.map { lastComponent($0) }
    guard Set(names).count < names.count else { return names.map { $0 + "/" } }
    return names.enumerated().map { "\($0 + 1)-\($1)/" }
  }

  /// The classes of all, each once.
  private static func classes(of sources: [Dataset]) throws(DatasetError) -> [String] {
    var classes = sources[0].classes
    for source in sources.dropFirst() where source.classes != classes {
      // A picture that was never looked at for a class is not one without it.
      guard source.presence(of: 0) == nil, !source.hasBoxes, !source.hasMasks else {
        throw DatasetError(
          file: source.path,
          problem: "its classes are not those of \(sources[0].path), and pictures were searched "
            + "for all objects of their own classes alone",
          remedy: "merge datasets of the same classes, or leave labels out (--unlabelled)")
      }
      classes += source.classes.filter { !classes.contains($0) }
    }
    return classes
  }

  private static func joined(_ sources: [String]) -> String {
    var seen: Set<String> = []
    return sources.filter { seen.insert($0).inserted }.joined(separator: ", ")
  }
}

/// Finds pictures that came before.
private struct DuplicateIntake {
  private let duplicates: DatasetMerger.Duplicates
  /// The digest of each picture, which stands for bytes that memory could not hold.
  private var known: [[UInt8]: String] = [:]
  private var found = 0

  init(_ duplicates: DatasetMerger.Duplicates) { self.duplicates = duplicates }

  /// Whether a record is taken.
  mutating func takes(_ record: DatasetRecord) throws(DatasetError) -> Bool {
    var digest = Digest()
    digest.add(record.image)
    guard let earlier = known.updateValue(record.id, forKey: digest.bytes) else { return true }
    found += 1
    switch duplicates {
    case .keep: return true
    case .drop: return false
    case .refuse:
      throw DatasetError(
        file: record.id, problem: "its picture is that of '\(earlier)', byte for byte",
        remedy: "drop the later ones (--duplicates drop), or keep all (--duplicates keep)")
    }
  }

  /// What was found, in words.
  var note: String? {
    guard found > 0 else { return nil }
    switch duplicates {
    case .keep: return "\(found) pictures are there more than once, byte for byte"
    case .drop: return "\(found) pictures were there already and are left out"
    case .refuse: return nil
    }
  }
}

extension Dataset {
  /// A record as it can be written again, with the classes at their new places, or without
  /// annotations.
  func copy(of record: Int, classes places: [Int]?) throws(DatasetError) -> DatasetRecord {
    var copy = DatasetRecord(id: ids[record], image: try bytes(of: record))
    guard let places else { return copy }
    copy.label = label(of: record).map { places[$0] }
    copy.presence = presence(of: record)
    copy.boxes =
      hasBoxes
      ? boxes(of: record).map {
        BoxAnnotation(box: $0.box, classIndex: places[$0.classIndex], isDifficult: $0.isDifficult)
      } : nil
    copy.mask = try maskBytes(of: record)
    return copy
  }
}
