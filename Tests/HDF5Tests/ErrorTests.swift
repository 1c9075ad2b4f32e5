import Foundation
import HDF5
import Testing

@Suite struct ErrorTests {
  let folder = try! TemporaryFolder()

  /// The words of the error that `body` throws.
  private func words(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch let error as HDF5Error {
      return error.description
    } catch {
      return "another error: \(error)"
    }
  }

  @Test func errorsNameTheFileTheObjectAndTheCause() throws {
    let path = folder.file("file.h5")
    let new = try HDF5Writer(creating: path)
    try new.write("group/x", [1, 2] as [Double])
    #expect(throws: HDF5Error.self) { try new.write("group/x", [1] as [Double]) }
    #expect(throws: HDF5Error.self) { try new.write("y", [1, 2] as [Double], shape: [3]) }
    try new.commit()
    let file = try HDF5File(reading: path)
    let missing = words { _ = try file.read("group/y", as: Float.self) }
    #expect(missing.contains("'group/y' in '\(path)'") && missing.contains("no such object"))
    #expect(words { _ = try file.read("group/x", as: Float.self) }.contains("holds float64"))
    #expect(words { _ = try file.read("group/x", as: Int.self) }.contains("int64"))
    #expect(words { _ = try file.dataset("group") }.contains("a group, not a dataset"))
    #expect(words { _ = try file.members(of: "group/x") }.contains("not a group"))
  }

  @Test func whatIsNoHDF5FileIsRefused() throws {
    #expect(words { _ = try HDF5File(reading: folder.file("none.h5")) }.contains("no such file"))
    #expect(words { _ = try HDF5File(reading: folder.path) }.contains("no file"))
    let text = folder.file("text.h5")
    try Data("not HDF5".utf8).write(to: URL(filePath: text))
    #expect(words { _ = try HDF5File(reading: text) }.contains("file signature not found"))
    try Data().write(to: URL(filePath: text))
    #expect(words { _ = try HDF5File(reading: text) }.contains("file signature not found"))
    #expect(
      words { _ = try HDF5Writer(creating: folder.file("no/such.h5")) }.contains("open failed"))
  }

  @Test func numbersStoredAsOpaqueNameTheRemedy() throws {
    let path = folder.file("opaque.h5")
    let new = try HDF5Writer(creating: path)
    try new.write("x", [1, 2, 3] as [UInt16])
    try new.commit()
    var bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
    // The message that says 16-bit integers without sign becomes one that says opaque.
    let message: [UInt8] = [0x10, 0, 0, 0, 2, 0, 0, 0, 0, 0, 16, 0]
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: message) })
    bytes[place] = 0x15
    try Data(bytes).write(to: URL(filePath: path))
    let text = words { _ = try HDF5File(reading: path).read("x", as: Float.self) }
    #expect(text.contains("holds opaque") && text.contains("bfloat16"), "\(text)")
    #expect(text.contains("write them as float32"))
  }

  @Test func aTruncatedFileIsRefused() throws {
    let path = folder.file("whole.h5")
    let new = try HDF5Writer(creating: path)
    try new.write("x", [Float](repeating: 1, count: 10_000))
    try new.commit()
    let bytes = try Data(contentsOf: URL(filePath: path))
    let cut = folder.file("cut.h5")
    try bytes.prefix(bytes.count / 2).write(to: URL(filePath: cut))
    #expect(words { _ = try HDF5File(reading: cut) }.contains("truncated"))
  }

  @Test func aReadLargerThanTheLimitIsRefused() throws {
    let path = folder.file("small.h5")
    let new = try HDF5Writer(creating: path)
    try new.write("small", [1, 2, 3] as [Float])
    try new.commit()
    let tight = try HDF5File(reading: path, limit: 11)
    #expect(words { _ = try tight.read("small", as: Float.self) }.contains("limit of 11"))
    #expect(try HDF5File(reading: path, limit: 12).read("small", as: Float.self) == [1, 2, 3])
  }

  @Test func stringsThatDoNotFitAreRefused() throws {
    let new = try HDF5Writer(creating: folder.file("strings.h5"))
    #expect(words { try new.write("b", ["zero\0byte"]) }.contains("zero byte"))
  }
}
