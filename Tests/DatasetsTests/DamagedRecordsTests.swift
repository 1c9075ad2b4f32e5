import Datasets
import Foundation
import Images
import TestSupport
import Testing

/// What becomes of a dataset some of whose records cannot be used.
@Suite struct DamagedRecordsTests {
  let folder = try! TemporaryFolder()
  private static let damaged = [0, 3, 7]

  /// Writes `whole.h5`, `damaged.h5` and `without.h5`, of `count` records each before.
  private func write(_ kind: DamagedData.Kind, count: Int = 12, damaged: [Int]) throws {
    var writer = try DatasetWriter(
      creating: folder.file("whole.h5"), classes: ["cat", "dog"], source: "a test")
    for index in 0..<count {
      try writer.append(
        DatasetRecord(
          id: "p\(index)", image: Samples.jpeg(40 + index % 9, 30, seed: index), label: index % 2,
          presence: [1, index % 3 == 0 ? 1 : -1],
          boxes: (0..<index % 3).map {
            BoxAnnotation(
              box: Box(xMin: Float($0), yMin: 0, xMax: 6, yMax: 5), classIndex: $0 % 2,
              isDifficult: false)
          }, mask: index % 2 == 0 ? Samples.mask(40 + index % 9, 30, 1) : nil))
    }
    try writer.addSplit("train", [7, 2, 0, 5, 9])
    try writer.addSplit("test", [3, 1])
    _ = try writer.finish()
    let whole = folder.file("whole.h5")
    try DamagedData.write(whole, damaging: damaged, kind, to: folder.file("damaged.h5"))
    try DamagedData.write(whole, without: damaged, to: folder.file("without.h5"))
  }

  /// All that is read of a dataset.
  private func content(_ path: String) throws -> [String] {
    let data = try Dataset(opening: path)
    return try (0..<data.count).map { record in
      let mask = try data.mask(record)?.samples.count ?? -1
      return """
        \(data.ids[record]) \(data.label(of: record)!) \(data.presence(of: record)!) \
        \(data.boxes(of: record)) \(data.size(of: record)) \(mask) \
        \(try data.picture(record, .whole).samples.reduce(0) { $0 &* 31 &+ Int($1) })
        """
    } + data.splits.sorted { $0.key < $1.key }.map { "\($0)" }
  }

  @Test(arguments: DamagedData.Kind.allCases)
  func aDatasetIsAsIfItNeverHadThem(_ kind: DamagedData.Kind) throws {
    try write(kind, damaged: Self.damaged)
    let path = folder.file("damaged.h5")
    #expect(throws: DatasetError.self) { try content(path) }
    var opened = 0
    let report = folder.file("report.json")
    let found = try DamagedRecords.leavingOut(reportedIn: report) {
      opened += 1
      return try content(path)
    }
    #expect(try found == content(folder.file("without.h5")))
    #expect(opened == 2, "one survey finds them all")
    let list = try DamagedRecords(reading: report)
    #expect(list.records.map(\.row).sorted() == Self.damaged)
    #expect(list.records.map(\.id).sorted() == ["p0", "p3", "p7"])
    // The list holds when the same is done again, and only there.
    opened = 0
    let again = try DamagedRecords.leavingOut(reportedIn: report) {
      opened += 1
      return try content(path)
    }
    #expect(again == found && opened == 1)
    #expect(try Dataset(opening: path).count == 12)
    try DamagedRecords.leavingOut(reportedIn: report) {
      let data = try Dataset(opening: path)
      #expect(data.count == 9 && data.storedIDs.count == 12 && !data.leftOutDigest.isEmpty)
      #expect(data.storedPlace(of: 0) == 1 && data.storedPlace(of: 8) == 11)
    }
  }

  @Test func severalFilesAreLookedThroughTogether() throws {
    try write(.changed, damaged: Self.damaged)
    let (first, second) = (folder.file("a.h5"), folder.file("b.h5"))
    try FileManager.default.moveItem(atPath: folder.file("damaged.h5"), toPath: second)
    var writer = try DatasetWriter(
      creating: first, classes: ["cat", "dog"], source: "a test")
    try writer.append(
      DatasetRecord(
        id: "first", image: Samples.jpeg(9, 9), label: 0, presence: [1, -1], boxes: []))
    _ = try writer.finish()
    let found = try DamagedRecords.leavingOut { try content("\(first),\(second)") }
    #expect(found.count == 12 && found[0].hasPrefix("first") && found[1].hasPrefix("p1 "))
    #expect(found[10].contains("[1]") && found[11].contains("[2, 4, 7]"), "\(found.suffix(2))")
  }

  @Test func moreThanTheLimitIsRefused() throws {
    try write(.changed, count: 30, damaged: Array(10..<21))
    let path = folder.file("damaged.h5")
    let error = #expect(throws: DamagedDataError.self) {
      try DamagedRecords.leavingOut { try content(path) }
    }
    #expect(error?.limit == 10 && error?.found.count == 11)
    #expect("\(try #require(error))".contains("11 damaged records were found"))
    try write(.changed, count: 30, damaged: Array(10..<20))
    #expect(try DamagedRecords.leavingOut { try content(path) }.count == 22)
    #expect(DamagedRecords.limit(of: 110_000) == 110)
  }

  @Test func whoeverDoesNotOpenAnewEnds() throws {
    try write(.changed, damaged: [2])
    let data = try Dataset(opening: folder.file("damaged.h5"))
    var times = 0
    let error = #expect(throws: DatasetError.self) {
      try DamagedRecords.leavingOut {
        times += 1
        _ = try data.bytes(of: 2)
      }
    }
    #expect(error?.damage?.record.id == "p2" && times == 2)
  }

  @Test func aSplitOfDamagedRecordsIsNamed() throws {
    try write(.changed, damaged: [3, 1])
    let error = #expect(throws: DatasetError.self) {
      try DamagedRecords.leavingOut {
        _ = try content(folder.file("damaged.h5"))
        _ = try Dataset(opening: folder.file("damaged.h5")).indices(ofSplit: "test")
      }
    }
    #expect(error?.record == "split 'test'")
  }
}
