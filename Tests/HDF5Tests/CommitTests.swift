import Foundation
import HDF5
import Testing

@Suite struct CommitTests {
  let folder = try! TemporaryFolder()

  @Test func aFileNotCommittedIsRemoved() throws {
    let path = folder.file("new.h5")
    func abandon() throws {
      let file = try HDF5Writer(creating: path)
      try file.write("x", [1] as [Float])
      #expect(folder.names.count == 1 && !folder.names.contains("new.h5"))
    }
    try abandon()
    #expect(folder.names.isEmpty)
  }

  @Test func theOldFileStaysUntilTheNewOneIsWhole() throws {
    let path = folder.file("file.h5")
    let first = try HDF5Writer(creating: path)
    try first.write("x", [1] as [Float])
    try first.commit()
    let second = try HDF5Writer(creating: path)
    let x = try second.createDataset("x", of: Float.self, shape: [1])
    try x.append([2])
    #expect(try HDF5File(reading: path).read("x", as: Float.self) == [1])
    try second.commit()
    #expect(try HDF5File(reading: path).read("x", as: Float.self) == [2])
    #expect(folder.names == ["file.h5"])
    // The dataset was closed with its file.
    #expect(throws: HDF5Error.self) { try x.append([3]) }
  }

  @Test func leftoversOfDeadProcessesAreRemovedAndOthersKept() throws {
    let host = ProcessInfo.processInfo.hostName
    let process = Process()
    process.executableURL = URL(filePath: "/bin/true")
    try process.run()
    process.waitUntilExit()
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, 255)
    let machine = String(decoding: name.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self)
    let dead = "x.h5.tmp.\(machine).\(process.processIdentifier).1"
    let alive = "x.h5.tmp.\(machine).\(getppid()).1"
    let elsewhere = "x.h5.tmp.\(host)-other.\(process.processIdentifier).1"
    for name in [dead, alive, elsewhere] {
      try Data([1]).write(to: URL(filePath: folder.file(name)))
    }
    let file = try HDF5Writer(creating: folder.file("x.h5"))
    try file.commit()
    #expect(folder.names == ["x.h5", alive, elsewhere].sorted())
  }
}
