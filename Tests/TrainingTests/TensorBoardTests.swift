import Foundation
import Images
import Networks
import Runs
import Testing

/// The bytes of event files (golden set formats).
@Suite struct TensorBoardTests {
  private let scratch = try! Scratch()

  private func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private func writer(after step: Int, now: Double) throws -> EventWriter {
    try EventWriter(scratch.path, after: step, host: "host", process: 1, now: { now })
  }

  /// The records of a file: their payloads, whose checksums the test does not trust but compares.
  private func records(_ path: String) throws -> [[UInt8]] {
    let bytes = Array(try #require(FileManager.default.contents(atPath: path)))
    var (found, at): ([[UInt8]], Int) = ([], 0)
    while at < bytes.count {
      let length = bytes[at..<at + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
      found.append(Array(bytes[at..<at + 16 + length]))
      at += 16 + length
    }
    return found
  }

  @Test func theFirstRecordIsTheGoldenOne() throws {
    let events = try writer(after: 0, now: 1_700_000_000)
    #expect(events.path.hasSuffix("/events.out.tfevents.1700000000.host.1.0"))
    let first = try #require(try records(events.path).first)
    #expect(
      hex(first)
        == "1800000000000000a37f4b220900000040fc54d9411a0d627261696e2e4576656e743a32eced8f9d")
  }

  /// The golden scalar stands in a summary of one value: evaluations write such ones.
  @Test func aScalarIsTheGoldenOne() throws {
    let events = try writer(after: 0, now: 1_700_000_001)
    try events.record(["loss/train": 0.5], step: 7, model: TensorArchive())
    let last = try #require(try records(events.path).last)
    #expect(
      hex(last)
        == "200000000000000029eda9500900004040fc54d94110072a130a110a0a6c6f73732f747261696e15"
        + "0000003f3d64114a")
  }

  @Test func aSessionSaysWhichStepItBeginsWith() throws {
    let events = try writer(after: 41, now: 1_700_000_000)
    let all = try records(events.path)
    #expect(all.count == 2)
    // wall time; step (field 2) 42; session log (field 7) of two bytes: status (field 1) START.
    #expect(hex(all[1].dropFirst(12).dropLast(4)) == "0900000040fc54d941" + "102a" + "3a020801")
  }

  @Test func picturesAndHistogramsAreThere() throws {
    let events = try writer(after: 0, now: 1_700_000_000)
    var archive = TensorArchive()
    let values: [Float] = [-1, 0, 0.5, 3]
    archive.add(
      .init(
        name: "conv1 1.weight", type: .f32, shape: [4], bytes: values.withUnsafeBytes { Array($0) })
    )
    let picture = Picture(width: 3, height: 2, channels: 3, filledWith: 7)
    try events.record(Evaluation([:], pictures: ["seen": picture]), step: 1, model: archive)
    let bytes = Data(try #require(try records(events.path).last))
    #expect(bytes.range(of: Data("pictures/seen".utf8)) != nil)
    #expect(bytes.range(of: Data("weights/conv1_1.weight".utf8)) != nil)
    #expect(bytes.range(of: Data(try picture.encodedPNG())) != nil)
    // The least and the greatest value, and their number, as doubles of the histogram.
    for number in [-1.0, 3.0, 4.0, 2.5, 10.25] {
      #expect(bytes.range(of: withUnsafeBytes(of: number) { Data($0) }) != nil, "\(number)")
    }
  }
}
