internal import Files
internal import Images
internal import Processes

/// Records that cannot be used, and why. What is in force (`leftOut`) is left out of every dataset
/// that is opened: records are numbered, and splits hold them, as if the files never had these.
///
/// So all that is drawn of the rest (orders, crops, held-out pictures) is what it would be, and a
/// run ends with the weights of one whose data never had them.
public struct DamagedRecords: Codable, Sendable, Equatable {
  /// One of them.
  public struct Record: Codable, Sendable, Hashable, CustomStringConvertible {
    /// The file that it is in.
    public let file: String
    /// The content hash of that file as it was written.
    public let content: String
    /// Its position in that file.
    public let row: Int
    /// What it is called.
    public let id: String
    /// What is wrong with it.
    public let problem: String

    /// File, record and problem.
    public var description: String { "\(file) [record \(row), '\(id)']: \(problem)" }
  }

  /// What is wrong with one record, as whoever reads it learns.
  public struct Damage: Sendable, Equatable {
    /// The record.
    public let record: Record
    /// Whether its bytes are those that were written, and cannot be decoded.
    public let isOfDecoding: Bool
    /// What the dataset was opened as.
    public let dataset: String
  }

  /// The records, in the order in which they were found.
  public private(set) var records: [Record] = []

  /// The ones that are left out of what is opened.
  @TaskLocal public static var leftOut = DamagedRecords()

  /// None.
  public init() {}

  /// The list that was written to `path`; none where there is no such file.
  public init(reading path: String) throws {
    // Where a folder cannot be looked into, who works there says so.
    guard (try? POSIXFiles.posix.exists(path)) == true else { return }
    do {
      self = try JSON.value(from: POSIXFiles.posix.read(path))
    } catch let error as DecodingError {
      throw DatasetError(
        file: path, problem: "is no list of damaged records: \(error)", remedy: "remove it")
    }
  }

  /// The SHA-256 of which records they are; empty for none.
  public var digest: String {
    if records.isEmpty { return "" }
    return Digest.hexadecimal(
      Set(records.map { "\($0.content) \($0.row)\n" }).sorted().joined())
  }

  /// How many records of `count` may be left out: 10, or 0.1 %.
  public static func limit(of count: Int) -> Int { max(10, count / 1000) }

  /// The positions in a file, named by its content hash, that are left out.
  func rows(of content: String) -> Set<Int> {
    Set(records.lazy.filter { $0.content == content }.map(\.row))
  }

  /// These and others.
  func joined(by others: some Sequence<Record>) -> DamagedRecords {
    var all = self
    let known = Set(records.map { "\($0.content) \($0.row)" })
    all.records += others.filter { !known.contains("\($0.content) \($0.row)") }
    return all
  }

  /// Does `body`, which opens datasets and reads them. Where it meets a damaged record, the whole
  /// dataset is looked through, what is found is said, and `body` begins again without it. Throws
  /// `DamagedDataError` where more is damaged than may be left out.
  ///
  /// The list is kept in the file `report`, and what is there holds from the beginning: the same
  /// call goes on alike.
  public static func leavingOut<Result>(
    reportedIn report: String? = nil, _ body: () throws -> Result
  ) throws -> Result {
    let kept = try report.map { try DamagedRecords(reading: $0) } ?? .init()
    var list = leftOut.joined(by: kept.records)
    if let report, list != kept { try list.write(to: report) }
    while true {
      do { return try $leftOut.withValue(list, operation: body) } catch let error as DatasetError {
        guard let damage = error.damage else { throw error }
        let found = try $leftOut.withValue(list) { try list.joined(bySurveyAfter: damage) }
        // Whoever does not open its data anew meets the same again.
        guard found != list else { throw error }
        found.say(after: list, report)
        list = found
        try report.map { try list.write(to: $0) }
      }
    }
  }

  private func write(to report: String) throws {
    try POSIXFiles.posix.makeDirectory(folder(of: report))
    try AtomicFile.write(json: self, .page, to: report)
  }

  private func say(after known: DamagedRecords, _ report: String?) {
    let new = records.dropFirst(known.records.count)
    for record in new.prefix(10) { Output.warn("\(record)") }
    if new.count > 10 { Output.warn("… and \(new.count - 10) more") }
    let place = report.map { "; \($0) names them all" } ?? ""
    Output.warn(
      "\(new.count) damaged \(new.count == 1 ? "record is" : "records are") left out, as "
        + "if the data never had \(new.count == 1 ? "it" : "them")\(place); beginning again")
  }

  /// These and all that are damaged alike in the dataset in which one was met. Where the bytes of
  /// that one are not those that were written, the others are read; else they are decoded, too.
  private func joined(bySurveyAfter damage: Damage) throws -> DamagedRecords {
    let dataset = try Dataset(opening: damage.dataset)
    let contents = Set(dataset.shards.map(\.contentSHA256))
    let limit = Self.limit(of: dataset.storedIDs.count)
    var all = joined(by: [damage.record])
    for start in stride(from: 0, to: dataset.count, by: 256) {
      try Signals.check()
      let found = inParallel(min(256, dataset.count - start)) {
        dataset.damage(of: start + $0, decoding: damage.isOfDecoding)
      }
      all = all.joined(by: found.compactMap { $0?.record })
      let here = all.records.filter { contents.contains($0.content) }
      guard here.count <= limit, here.count < dataset.storedIDs.count else {
        throw DamagedDataError(path: damage.dataset, limit: limit, found: here)
      }
    }
    return all
  }
}

/// More records of a dataset are damaged than can be left out.
public struct DamagedDataError: Error, Equatable, CustomStringConvertible {
  /// The dataset.
  public let path: String
  /// So many could be left out.
  public let limit: Int
  /// What was found up to there.
  public let found: [DamagedRecords.Record]

  /// An error about a dataset, of which so many records could be left out.
  public init(path: String, limit: Int, found: [DamagedRecords.Record]) {
    (self.path, self.limit, self.found) = (path, limit, found)
  }

  /// How many, the first of them, and what to do.
  public var description: String {
    let first = found.prefix(3).map { "\($0)" }.joined(separator: "; ")
    return """
      \(path): \(found.count) damaged records were found, more than the \(limit) that can be left \
      out: \(first)\(found.count > 3 ? "; …" : ""). \
      Copy the file again, or build the dataset anew; pigment data verify names all of them
      """
  }
}

extension Dataset {
  /// What is wrong with the picture or mask of a record; nil where both can be used, or cannot be
  /// read at all.
  fileprivate func damage(of record: Int, decoding: Bool) -> DamagedRecords.Damage? {
    do throws(DatasetError) {
      if decoding {
        _ = try picture(record, .whole)
        _ = try mask(record)
      } else {
        _ = try bytes(of: record)
        _ = try maskBytes(of: record)
      }
      return nil
    } catch { return error.damage }
  }
}

extension DatasetIndex {
  /// Removes records as if they had never been there; gives the rows of the file that stay, nil
  /// where all do. Pictures and masks are found by their rows.
  mutating func leaveOut(_ damaged: DamagedRecords) -> [Int]? {
    let rows = damaged.rows(of: contentSHA256)
    if rows.isEmpty { return nil }
    let kept = ids.indices.filter { !rows.contains($0) }
    var places = [Int?](repeating: nil, count: ids.count)
    for (place, row) in kept.enumerated() { places[row] = place }
    splits = splits.mapValues { $0.compactMap { places[$0] } }
    func picked<Element>(_ table: [Element], _ width: Int = 1) -> [Element] {
      kept.flatMap { table[$0 * width..<($0 + 1) * width] }
    }
    ids = picked(ids)
    shapes = picked(shapes, 3)
    formats = picked(formats)
    labels = labels.map { picked($0) }
    presence = presence.map { picked($0, classes.count) }
    boxes = boxes?.picking(kept)
    return kept
  }
}

extension BoxTable {
  /// The objects of some records alone.
  fileprivate func picking(_ rows: [Int]) -> BoxTable {
    var table = BoxTable()
    table.offsets = [0]
    for row in rows {
      let range = Int(offsets[row])..<Int(offsets[row + 1])
      table.edges += edges[range.lowerBound * 4..<range.upperBound * 4]
      table.classes += classes[range]
      table.difficult += difficult[range]
      table.offsets.append(UInt64(table.classes.count))
    }
    return table
  }
}
