import Foundation
import HDF5
import Testing

@Suite struct RoundTripTests {
  let folder = try! TemporaryFolder()

  private func returns<E: HDF5Element & Equatable>(_ values: [E], shape: [Int]) throws {
    let path = folder.file("\(E.self).h5")
    let new = try HDF5Writer(creating: path)
    try new.write("group/values", values, shape: shape)
    try new.commit()
    let file = try HDF5File(reading: path)
    #expect(try file.read("group/values", as: E.self) == values)
    #expect(try file.shape(of: "group/values") == shape)
    let longest = (values as? [String])?.map(\.utf8.count).max()
    let text = HDF5Type.string(bytes: max(1, longest ?? 0))
    #expect(try file.dataset("group/values").type == (E.self == String.self ? text : E.hdf5Type))
  }

  @Test func everyElementTypeReturnsBitByBit() throws {
    try returns([.min, -1, 0, .max, 3, 4] as [Int8], shape: [2, 3])
    try returns([.min, -1, 0, .max] as [Int16], shape: [2, 2])
    try returns([.min, -1, 0, .max] as [Int32], shape: [4])
    try returns([.min, -1, 0, .max] as [Int64], shape: [4, 1])
    try returns([.min, -1, 0, .max] as [Int], shape: [1, 4])
    try returns([0, 1, .max] as [UInt8], shape: [3])
    try returns([0, 1, .max] as [UInt16], shape: [3])
    try returns([0, 1, .max] as [UInt32], shape: [3])
    try returns([0, 1, .max] as [UInt64], shape: [3])
    try returns([0, -0.5, .infinity, .leastNonzeroMagnitude] as [Float], shape: [2, 1, 2])
    try returns([0, -0.5, -.infinity, .pi] as [Double], shape: [4])
    try returns(["", "cat", "Zürich ☃", String(repeating: "x", count: 5000)], shape: [2, 2])
    try returns([2.5] as [Double], shape: [])
    try returns([] as [Float], shape: [0, 5])
    try returns([] as [String], shape: [0])
  }

  @Test func rowsAreReadByRangeAndByList() throws {
    let path = folder.file("rows.h5")
    let values = (0..<60).map { Int32($0) }
    let new = try HDF5Writer(creating: path)
    try new.write("whole", values, shape: [10, 2, 3])
    try new.write("names", (0..<10).map { "row \($0)" })
    try new.commit()
    let file = try HDF5File(reading: path)
    for name in ["whole"] {
      #expect(try file.read(name, rows: .range(4..<6)) == Array(values[24..<36]))
      #expect(try file.read(name, as: Int32.self, rows: .range(4..<4)) == [])
      let expected = [9, 0, 1, 2, 0].flatMap { Array(values[$0 * 6..<$0 * 6 + 6]) }
      let list = try file.read(name, as: Int32.self, rows: .list([9, 0, 1, 2, 0]))
      #expect(list == expected)
    }
    #expect(
      try file.read("names", rows: .list([3, 8, 9, 3])) == ["row 3", "row 8", "row 9", "row 3"])
    #expect(throws: HDF5Error.self) { try file.read("whole", as: Int32.self, rows: .range(8..<11)) }
    #expect(throws: HDF5Error.self) {
      try file.read("whole", as: Int32.self, rows: .list([0, 10]))
    }
    #expect(throws: HDF5Error.self) { try file.read("whole", as: Int32.self, rows: .list([-1])) }
  }

  @Test func rowsAreWrittenOneAfterAnother() throws {
    let path = folder.file("blob.h5")
    let new = try HDF5Writer(creating: path)
    let blob = try new.createDataset("blob", of: UInt8.self, shape: [10])
    try blob.append([1, 2, 3])
    try blob.append([4, 5, 6, 7, 8, 9])
    #expect(throws: HDF5Error.self) { try blob.append([1, 2]) }
    try blob.append([10])
    try new.commit()
    let file = try HDF5File(reading: path)
    #expect(try file.read("blob") == Array(1...10) as [UInt8])
    // The stated offset is where the bytes lie.
    let offset = try #require(try file.dataset("blob").fileOffset)
    #expect(try Data(contentsOf: URL(filePath: path))[offset..<offset + 10] == Data(1...10))
  }

  @Test func attributesReturn() throws {
    let path = folder.file("attributes.h5")
    let new = try HDF5Writer(creating: path)
    try new.createGroup("a/b")
    try new.setAttribute("text", to: "Zürich")
    try new.setAttribute("empty", to: "")
    try new.setAttribute("count", to: -7, of: "a/b")
    try new.setAttribute("ratio", to: 0.25, of: "a/b")
    try new.setAttribute("names", to: ["a", "", "ccc"], of: "a")
    try new.setAttribute("sizes", to: [1, 2, 3], of: "a")
    try new.setAttribute("none", to: [] as [String], of: "a")
    try new.commit()
    let file = try HDF5File(reading: path)
    #expect(try file.attribute("text") == "Zürich")
    #expect(try file.attribute("empty") == "")
    #expect(try file.attribute("count", of: "a/b") == -7)
    #expect(try file.attribute("ratio", of: "a/b") == 0.25)
    #expect(try file.attribute("names", of: "a") == ["a", "", "ccc"])
    #expect(try file.attribute("sizes", of: "a") == [1, 2, 3])
    #expect(try file.attribute("none", of: "a") == [String]())
    #expect(try file.attributeNames(of: "a") == ["names", "none", "sizes"])
    #expect(try file.members(of: "a") == ["b"])
    #expect(try file.contains("a/b"))
    #expect(try !file.contains("a/c/d"))
    #expect(throws: HDF5Error.self) { try file.attribute("text", as: Int.self) }
    #expect(throws: HDF5Error.self) { try file.attribute("sizes", of: "a", as: Int.self) }
    #expect(throws: HDF5Error.self) { try file.attribute("missing", as: Int.self) }
  }

  @Test func aDatasetKeepsItsFileOpen() throws {
    let path = folder.file("kept.h5")
    let new = try HDF5Writer(creating: path)
    try new.write("x", [1, 2, 3] as [Float])
    try new.commit()
    func open() throws -> HDF5Dataset { try HDF5File(reading: path).dataset("x") }
    let dataset = try open()
    #expect(try dataset.read(as: Double.self) == [1, 2, 3])
  }

  @Test func manyThreadsReadAtOnce() async throws {
    let path = folder.file("threads.h5")
    let new = try HDF5Writer(creating: path)
    try new.write("x", (0..<1000).map { Int64($0) }, shape: [100, 10])
    try new.commit()
    let sums = try await withThrowingTaskGroup(of: Int64.self) { group in
      for row in 0..<100 {
        group.addTask {
          let file = try HDF5File(reading: path)
          let missing = try? file.read("missing\(row)", as: Int64.self)
          #expect(missing == nil)
          return try file.read("x", as: Int64.self, rows: .list([row])).reduce(0, +)
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(sums == 999 * 1000 / 2)
  }
}
