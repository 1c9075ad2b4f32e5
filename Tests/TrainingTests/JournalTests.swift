import Files
import Foundation
import Runs
import Testing

@Suite struct JournalTests {
  static let events: [JournalEvent] = [
    .note(step: 0, text: "line\nbreak \"é\""),
    .step(
      .init(
        step: 1, loss: 0.1 + 0.2, rate: 1e-5, imagesPerSecond: 3, dataWait: 0.25,
        more: ["gradientNorm": 2])),
    .step(.init(step: 2, loss: .infinity, rate: 1e-5, imagesPerSecond: 3, dataWait: 0)),
    .evaluation(step: 2, metrics: ["mAP": 0.5]),
    .step(.init(step: 3, loss: 1, rate: 1e-5, imagesPerSecond: 3, dataWait: 0)),
  ]

  static func write(_ path: String) throws {
    let journal = try Journal(path)
    for event in events { try journal.append(event) }
    journal.sync()
  }

  @Test func eventsComeBackBitForBitOneALine() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/journal.jsonl"
    try Self.write(path)
    #expect(try Journal.events(in: path) == Self.events)
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines[3] == #"{"event":"evaluation","metrics":{"mAP":0.5},"step":2}"#)
    #expect(lines[2].contains(#""loss":"inf""#))
  }

  @Test func aTornLastLineIsNoEventAndIsCutOff() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/journal.jsonl"
    try Self.write(path)
    let file = try POSIXFiles.posix.open(path, .append)
    try Array(#"{"event":"no"#.utf8).withUnsafeBytes { try POSIXFiles.posix.write($0, to: file) }
    try POSIXFiles.posix.close(file)
    #expect(try Journal.events(in: path) == Self.events)
    try Journal.truncate(path, after: 2)
    #expect(try Journal.events(in: path) == Array(Self.events[...3]))
    let journal = try Journal(path)
    try journal.append(Self.events[4])
    #expect(try Journal.events(in: path) == Self.events)
  }

  @Test func aDamagedLineIsNamed() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/journal.jsonl"
    try AtomicFile.write("{\"event\":\"note\",\"step\":1,\"text\":\"\"}\nrubbish\n", to: path)
    let error = #expect(throws: RunError.self) { try Journal.events(in: path) }
    #expect(error?.path == path + ":2")
    try AtomicFile.write("", to: path)
    #expect(try Journal.events(in: path) == [])
  }
}
