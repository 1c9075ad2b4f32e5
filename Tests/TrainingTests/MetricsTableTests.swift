import Foundation
import Runs
import TestSupport
import Testing

/// The journal as a table for spreadsheets.
@Suite struct MetricsTableTests {
  @Test func aRowForEachStepAndAColumnForEachNumber() throws {
    let place = NSTemporaryDirectory() + "pigment-metrics-\(UUID())"
    defer { try? FileManager.default.removeItem(atPath: place) }
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let path = "\(place)/journal.jsonl"
    let journal = try Journal(path)
    try journal.append(.evaluation(step: 0, metrics: ["validation/auc": 0.5]))
    try journal.append(
      .step(
        StepRecord(
          step: 2, loss: 1.5, rate: 0.1, imagesPerSecond: 9, dataWait: 0,
          more: ["gradientNorm": 3])))
    try journal.append(.note(step: 2, text: "a, note"))
    try journal.append(.evaluation(step: 2, metrics: ["validation/auc": 0.75]))
    journal.sync()
    try Journal.writeTable(of: path, to: "\(place)/metrics.csv")
    #expect(
      try String(contentsOfFile: "\(place)/metrics.csv", encoding: .utf8) == """
        step,loss,rate,gradientNorm,validation/auc
        0,,,,0.5
        2,1.5,0.1,3.0,0.75

        """)
  }
}
