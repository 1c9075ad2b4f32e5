import Colorization
import Configurations
import Foundation
import Networks
import Randomness
import Runs
import Testing
import Training

/// Same seed, same bytes: across runs, across loader threads, across stops and crashes.
@Suite(.serialized) struct ReproducibilityTests {
  let tiny: TinyRuns

  init() throws { tiny = try TinyRuns() }

  @Test func theSameSeedGivesTheSameBytesForAnyNumberOfLoaderThreads() throws {
    _ = try tiny.start("one", tiny.configuration("data.loaderThreads=1"))
    _ = try tiny.start("again", tiny.configuration("data.loaderThreads=1"))
    #expect(try tiny.bytes("again") == tiny.bytes("one"))
    #expect(try tiny.journal("again") == tiny.journal("one"))
    #expect(try tiny.losses("one").count == 6)
    for threads in [2, 4] {
      _ = try tiny.start("\(threads)", tiny.configuration("data.loaderThreads=\(threads)"))
      // The configuration differs, and so does its digest in the file; nothing else may.
      #expect(try tiny.journal("\(threads)") == tiny.journal("one"))
      #expect(try tiny.last("\(threads)").archive.entries == tiny.last("one").archive.entries)
    }
    _ = try tiny.start("other", tiny.configuration("seed=2"))
    #expect(try tiny.losses("other") != tiny.losses("one"))
  }

  /// Averages, accumulation, clipping, half precision and the best metric included.
  @Test func aRunThatIsStoppedAndResumedEndsWithTheSameBytes() throws {
    let rehearsal = try ResumeRehearsal(
      tiny.configuration(
        "iterations=9", "optimizer.averaging=0.9", "accumulation=2", "optimizer.clipNorm=1",
        "precision=bf16", "selection.metric=validation/divergence", "selection.keep=2"),
      folder: tiny.folder, points: 5, key: RandomKey(seed: 4))
    let report = try rehearsal.run(environment: TinyRuns.environment)
    #expect(report.isSame, "\(report)")
    #expect(report.stops.count == 5 && Set(report.stops.map(\.saves)) == [true, false])
    #expect(report.straight.count == 64)
    #expect(try tiny.last("stopped").progress.best == tiny.last("straight").progress.best)
    #expect(try tiny.last("stopped").progress.best != nil)
    #expect(try best("stopped") == best("straight"))
    #expect(try best("straight").count == 2)
  }

  private func best(_ name: String) throws -> [String: Data] {
    let folder = "\(tiny.folder)/\(name)/best"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    return Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, FileManager.default.contents(atPath: "\(folder)/\($0)")!)
      })
  }

  /// The proof can fail: a run whose journal or weights were touched is not the same.
  @Test func aRehearsalNoticesADifference() throws {
    let settings = try tiny.configuration("iterations=4", "checkpointInterval=1")
    let rehearsal = try ResumeRehearsal(
      settings, folder: tiny.folder, points: 1, key: RandomKey(seed: 1))
    #expect(throws: ConfigurationError.self) {
      try ResumeRehearsal(settings, folder: tiny.folder, points: 4, key: RandomKey(seed: 1))
    }
    // The data set is another one from the stop on.
    let report = try rehearsal.run(environment: TinyRuns.environment) { word in
      guard word.hasPrefix("stopped") else { return }
      let journal = "\(tiny.folder)/stopped/journal.jsonl"
      let text = try? String(contentsOfFile: journal, encoding: .utf8)
      try? text?.replacingOccurrences(of: "\"rate\":0.003", with: "\"rate\":0.004")
        .write(toFile: journal, atomically: false, encoding: .utf8)
    }
    #expect(!report.isSame && report.firstDifference != nil)
  }
}
