import Datasets
import HDF5
import Proposals
import Testing
import VOCTransfer

@Suite struct ProposalFileTests {
  let scratch: Scratch
  let dataset: Dataset
  init() throws {
    scratch = try Scratch()
    try scratch.scenes("scenes.h5", trainval: 3, test: 2)
    dataset = try Dataset(opening: scratch.file("scenes.h5"))
  }

  private var path: String { scratch.file("proposals.h5") }

  private func box(_ x: Float, _ y: Float, _ right: Float, _ bottom: Float) -> Box {
    Box(xMin: x, yMin: y, xMax: right, yMax: bottom)
  }

  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "no error"
  }

  @Test func aFileReturnsWhatWasWritten() throws {
    let boxes = [
      [box(0, 0, 47, 47), box(3, 4, 5, 6)], [], [box(1, 1, 1, 1)], [], [box(2, 0, 9, 9)],
    ]
    try ProposalFile.write(boxes, of: dataset, method: "by hand", to: path)
    let file = try ProposalFile(reading: path, for: dataset)
    #expect((0..<5).map { file.boxes(of: $0) } == boxes)
    #expect(file.method == "by hand")
  }

  @Test func proposalsOfAnotherDatasetAreRefused() throws {
    let boxes = [[Box]](repeating: [box(0, 0, 47, 47)], count: 5)
    try ProposalFile.write(boxes, of: dataset, method: "m", to: path)
    try scratch.scenes("other.h5", trainval: 3, test: 2, seed: 2)
    let other = try Dataset(opening: scratch.file("other.h5"))
    let text = message { _ = try ProposalFile(reading: path, for: other) }
    #expect(text.contains("proposals are of another dataset"))
    #expect(text.contains("pigment proposals build \(other.path)"))
  }

  @Test func otherFilesAndBadBoxesAreRefused() throws {
    func reason() -> String { message { _ = try ProposalFile(reading: path, for: dataset) } }
    #expect(reason().contains("proposals.h5"))
    #expect(
      message { _ = try ProposalFile(reading: scratch.file("scenes.h5"), for: dataset) }
        .contains("no file of proposals"))
    var boxes = [[Box]](repeating: [box(0, 0, 47, 47)], count: 5)
    boxes[3] = [box(0, 0, 48, 47)]
    try ProposalFile.write(boxes, of: dataset, method: "m", to: path)
    #expect(reason().contains("record 3") && reason().contains("48 x 48"))
    boxes[3] = [box(0, 0, .nan, 47)]
    try ProposalFile.write(boxes, of: dataset, method: "m", to: path)
    #expect(reason().contains("not finite"))
  }

  @Test func proposalsOfOtherProgramsAreBroughtIn() throws {
    func write(ids: [String], offsets: [UInt64]) throws {
      let file = try HDF5Writer(creating: scratch.file("foreign.h5"))
      try file.write("ids", ids)
      try file.createGroup("boxes")
      let edges = (0..<ids.count).flatMap { [Float($0), 0, 10, 20] as [Float] }
      try file.write("boxes/xyxy", edges, shape: [ids.count, 4])
      try file.write("boxes/offsets", offsets)
      try file.commit()
    }
    func foreign() throws -> [[Box]] {
      try ProposalFile.foreign(scratch.file("foreign.h5"), for: dataset)
    }
    // Another order, and one record more.
    let ids = Array(dataset.ids.reversed()) + ["another"]
    try write(ids: ids, offsets: [0, 1, 2, 3, 4, 5, 6])
    #expect(try foreign() == (0..<5).map { [box(Float(4 - $0), 0, 10, 20)] })
    try ProposalFile.write(try foreign(), of: dataset, method: "foreign", to: path)
    #expect(try ProposalFile(reading: path, for: dataset).boxes(of: 4) == [box(0, 0, 10, 20)])

    try write(ids: Array(ids.dropFirst()), offsets: [0, 1, 2, 3, 4, 5])
    #expect(message { _ = try foreign() }.contains("no proposals of this record"))
    try write(ids: ids, offsets: [0, 2, 1, 3, 4, 5, 6])
    #expect(message { _ = try foreign() }.contains("do not fit together"))
    #expect(
      message { _ = try ProposalFile.foreign(scratch.file("scenes.h5"), for: dataset) }
        .contains("/boxes/xyxy"))
  }

  @Test func numbersOfAnyTypeAreBroughtIn() throws {
    func foreign<Edge: HDF5Number, Place: HDF5Number>(
      _ edges: [Edge], _ offsets: [Place]
    ) throws -> [[Box]] {
      let path = scratch.file("typed.h5")
      let file = try HDF5Writer(creating: path)
      try file.write("ids", dataset.ids)
      try file.write("boxes/xyxy", edges, shape: [5, 4])
      try file.write("boxes/offsets", offsets)
      try file.commit()
      return try ProposalFile.foreign(path, for: dataset)
    }
    func edges<Edge: HDF5Number & Numeric>(_: Edge.Type) -> [Edge] {
      (0..<5).flatMap { [$0, 0, 10, 20].map { Edge(exactly: $0)! } }
    }
    let wanted = (0..<5).map { [box(Float($0), 0, 10, 20)] }
    let offsets: [UInt64] = [0, 1, 2, 3, 4, 5]
    #expect(try foreign(edges(UInt8.self), offsets) == wanted)
    #expect(try foreign(edges(UInt16.self), offsets) == wanted)
    #expect(try foreign(edges(Int32.self), offsets) == wanted)
    #expect(try foreign(edges(Int.self), offsets) == wanted)
    #expect(try foreign(edges(Double.self), offsets.map { Int($0) }) == wanted)
    #expect(try foreign(edges(Float.self), offsets.map { Int32($0) }) == wanted)
    #expect(try foreign(edges(Float.self), offsets.map { Double($0) }) == wanted)
    #expect(
      message { _ = try foreign(edges(Float.self), [0, 1, 2.5, 3, 4, 5] as [Double]) }
        .contains("2.5 is no whole number"))
    #expect(
      message { _ = try foreign(edges(Int16.self), [0, 1, -2, 3, 4, 5] as [Int8]) }
        .contains("do not fit together"))
    var wide = edges(Double.self)
    wide[0] = 1e300
    #expect(message { _ = try foreign(wide, offsets) }.contains("not finite"))
  }

  @Test func buildingDoesNotDependOnThreadsAndRecallIsCounted() throws {
    let report = try ProposalBuilder(threads: 2).build(dataset, to: path)
    #expect(report.pictures == 5 && report.boxes > 5)
    let one = scratch.file("one.h5")
    _ = try ProposalBuilder(threads: 1).build(dataset, to: one)
    let (file, other) = (
      try ProposalFile(reading: path, for: dataset), try ProposalFile(reading: one, for: dataset)
    )
    #expect((0..<5).allSatisfy { file.boxes(of: $0) == other.boxes(of: $0) })
    #expect(file.method.hasPrefix("selective search {"))
    let recall = try #require(
      ProposalRecall(file, of: dataset, records: Array(0..<5), limits: [1, 2000]))
    #expect(recall.objects == (0..<5).reduce(0) { $0 + dataset.boxes(of: $1).count })
    #expect(recall.points[1].half > 0.8 && recall.points[0].half < recall.points[1].half)
    #expect(recall.points[1].strict <= recall.points[1].half)
  }

  @Test func recallIsThatOfTheBestProposal() throws {
    // Exactly one proposal for each record: its first object, moved so that little is shared.
    let boxes = (0..<5).map { record -> [Box] in
      let object = dataset.boxes(of: record)[0].box
      return record == 0 ? [box(0, 0, 0, 0), object] : [object]
    }
    try ProposalFile.write(boxes, of: dataset, method: "m", to: path)
    let file = try ProposalFile(reading: path, for: dataset)
    let records = [0, 1]
    let recall = try #require(
      ProposalRecall(file, of: dataset, records: records, limits: [1, 2]))
    let objects = records.reduce(0) { $0 + dataset.boxes(of: $1).count }
    #expect(recall.points.map(\.boxes) == [1, 1.5])
    #expect(recall.points[1].half >= 2 / Double(objects))
    #expect(recall.points[1].half - recall.points[0].half >= 1 / Double(objects) - 1e-12)
  }
}
