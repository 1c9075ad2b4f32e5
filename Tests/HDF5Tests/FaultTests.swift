import Foundation
import HDF5
import TestSupport
import Testing

/// Every call of the disk fails once while a file is written over an older one.
@Suite struct FaultTests {
  let folder = try! TemporaryFolder()
  var path: String { folder.file("x.h5") }

  private func write(_ first: Float, on files: FaultyFiles) throws {
    let file = try HDF5Writer(creating: path, on: files)
    try file.setAttribute("name", to: "a file")
    let rows = try file.createDataset("group/rows", of: Float.self, shape: [3000, 4])
    for part in 0..<3 { try rows.append((0..<4000).map { first + Float(part * 4000 + $0) }) }
    try file.write("names", (0..<500).map { "name \(first) \($0)" })
    try file.write("small", [1, 2, 3] as [Int16])
    try file.setAttribute("unit", to: "meter", of: "small")
    try file.commit()
  }

  private func bytes() throws -> Data { try Data(contentsOf: URL(filePath: path)) }

  @Test(arguments: [ENOSPC, EIO], [false, true])
  func noFailureReplacesAFileByAnother(code: Int32, forever: Bool) throws {
    try write(2, on: FaultyFiles(at: 0))
    let new = try bytes()
    let counter = FaultyFiles(at: 0)
    try write(1, on: counter)
    let old = try bytes()
    #expect(counter.calls > 10 && old != new)
    var (replaced, kept) = (0, 0)
    for call in 1...counter.calls {
      try old.write(to: URL(filePath: path))
      do {
        try write(2, on: FaultyFiles(at: call, code, forever: forever))
        // A failing call that nobody needs to succeed does not exist.
        Issue.record("call \(call) failed and nothing was said")
      } catch {
        let words = "\(error)"
        #expect(words.contains("failed") && words.contains(path), "\(words)")
      }
      let found = try bytes()
      // Only where the folder was not synchronized has the new file, a whole one, its name.
      #expect(found == old || (found == new && call == counter.calls), "call \(call)")
      if found == old { kept += 1 } else { replaced += 1 }
      #expect(folder.names == ["x.h5"], "call \(call)")
    }
    #expect(kept == counter.calls - 1 && replaced == 1)
    // The library is sound after all of these.
    try write(3, on: FaultyFiles(at: 0))
    #expect(try HDF5File(reading: path).read("group/rows", as: Float.self)[5] == 8)
  }

  @Test func whatIsReadBackIsCompared() throws {
    let error = try #require(throws: HDF5Error.self) {
      let file = try HDF5Writer(creating: path, on: FaultyFiles(changing: 9000))
      try file.write("x", (0..<4000).map { Float($0) })
      try file.commit()
    }
    let words = error.description
    #expect(words.contains("is not what was written"), "\(words)")
    #expect(folder.names.isEmpty)
  }

  @Test func rowsThatWereNotWrittenAreAnError() throws {
    #expect(throws: HDF5Error.self) {
      let file = try HDF5Writer(creating: path)
      let rows = try file.createDataset("rows", of: Int32.self, shape: [4])
      try rows.append([1, 2])
      try file.commit()
    }
    #expect(folder.names.isEmpty)
  }
}
