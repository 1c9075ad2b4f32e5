import Files
import Foundation
import Synchronization
import Testing

/// A disk that takes so many bytes more.
private final class SmallDisk: FileSystem {
  let room: Mutex<Int>
  private let real = POSIXFiles.posix

  init(room: Int) { self.room = Mutex(room) }

  func open(_ path: String, _ mode: OpenMode) throws(FileError) -> OpenFile {
    try real.open(path, mode)
  }
  /// A part of what does not fit is written, as disks do.
  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(FileError) {
    let fitting = room.withLock { room in
      let fitting = min(room, bytes.count)
      room -= fitting
      return fitting
    }
    try real.write(UnsafeRawBufferPointer(rebasing: bytes[..<fitting]), to: file)
    if fitting < bytes.count { throw FileError(call: "write", path: file.path, code: ENOSPC) }
  }
  func sync(_ file: OpenFile) throws(FileError) { try real.sync(file) }
  func close(_ file: OpenFile) throws(FileError) { try real.close(file) }
  func rename(_ old: String, to new: String) throws(FileError) { try real.rename(old, to: new) }
  func syncDirectory(_ path: String) throws(FileError) { try real.syncDirectory(path) }
  func remove(_ path: String) throws(FileError) { try real.remove(path) }
  func makeDirectory(_ path: String) throws(FileError) { try real.makeDirectory(path) }
  func list(_ directory: String) throws(FileError) -> [String] { try real.list(directory) }
  func size(_ path: String) throws(FileError) -> Int { try real.size(path) }
  func read(_ path: String, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    try real.read(path, at: offset, count: count)
  }
  func freeBytes(_ directory: String) -> Int? { nil }
}

@Suite struct PatientFileTests {
  private let path = NSTemporaryDirectory() + "pigment-patient-\(UUID())"

  @Test func whatFindsNoRoomIsWrittenLaterInOrder() throws {
    defer { unlink(path) }
    let disk = SmallDisk(room: 13)
    nonisolated(unsafe) var words: [String] = []
    let file = try PatientFile(path, on: disk) { words.append($0) }
    let lines = (0..<5).map { "line \($0)\n" }
    for line in lines { file.append(Array(line.utf8)) }
    #expect(String(decoding: try disk.read(path), as: UTF8.self) == "line 0\nline 1")
    #expect(words.count == 1 && words[0].contains("No space left"), "\(words)")
    disk.room.withLock { $0 = 1000 }
    file.append(Array("line 5\n".utf8))
    #expect(
      String(decoding: try disk.read(path), as: UTF8.self) == lines.joined() + "line 5\n")
    #expect(words.count == 2 && words[1].contains("there is room again"), "\(words)")
  }

  @Test func whatIsKeptBackIsBounded() throws {
    defer { unlink(path) }
    let disk = SmallDisk(room: 0)
    nonisolated(unsafe) var words: [String] = []
    do {
      let file = try PatientFile(path, on: disk, limit: 20) { words.append($0) }
      for _ in 0..<5 { file.append(Array("0123456789".utf8)) }
    }
    #expect(words.contains { $0.contains("no more can be") }, "\(words)")
    #expect(words.last?.contains("its last 20 bytes were not written") == true, "\(words)")
  }
}
