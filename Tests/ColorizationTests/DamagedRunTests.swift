import Colorization
import Datasets
import Foundation
import Networks
import Runs
import TestSupport
import Testing
import Training

/// A run on data some of whose records are damaged learns what it learns without them.
@Suite struct DamagedRunTests {
  let tiny: TinyRuns
  init() throws { tiny = try TinyRuns() }

  private func file(_ name: String) -> String { "\(tiny.folder)/\(name).h5" }

  private func start(
    _ name: String, _ data: String, stop: PlannedStop? = nil, _ settings: String
  ) throws -> RunOutcome {
    // As commands do: priors are measured before there is a run.
    try DamagedRecords.leavingOut {
      try tiny.start(name, tiny.configuration("data.path=\(file(data))", settings), stop: stop)
    }
  }

  /// What a run learned.
  private func entries(_ name: String) throws -> [TensorArchive.Entry] {
    try tiny.last(name).archive.entries
  }

  @Test(arguments: DamagedData.Kind.allCases)
  func itLearnsWhatItLearnsWithoutThem(_ kind: DamagedData.Kind) throws {
    // Of the pictures that are judged (0, 1), learned from early and late, and never met.
    let damaged = [1, 5, 17, 30, 39]
    try DamagedData.write(tiny.data, damaging: damaged, kind, to: file("damaged"))
    try DamagedData.write(tiny.data, without: damaged, to: file("without"))
    let settings = "objective.priorPictures=4"
    #expect(try start("damaged", "damaged", settings) == .finished)
    #expect(try start("without", "without", settings) == .finished)
    #expect(try entries("damaged") == entries("without"))
    #expect(try tiny.losses("damaged") == tiny.losses("without"))
    let list = try DamagedRecords(reading: "\(tiny.folder)/damaged/damaged.json")
    #expect(list.records.map(\.row).sorted() == damaged)
    let notes = try tiny.journal("damaged").filter {
      if case .note(_, let text) = $0 { text.hasPrefix("left out as damaged") } else { false }
    }
    #expect(notes.count == 1)
    // With all of them it learns something else.
    #expect(try start("whole", "scenes", settings) == .finished)
    #expect(try entries("whole") != entries("without"))
  }

  @Test func itGoesOnWithoutThem() throws {
    let damaged = [1, 5, 17, 30, 39]
    try DamagedData.write(tiny.data, damaging: damaged, .changed, to: file("damaged"))
    let settings = "checkpointInterval=1"
    #expect(try start("straight", "damaged", settings) == .finished)
    let stopped = try start("stopped", "damaged", stop: .init(after: 3, saves: true), settings)
    #expect(stopped == .stopped(step: 3))
    let resumed = try Pretraining<ColorizationTask>.resume("\(tiny.folder)/stopped")
    #expect(resumed == .finished)
    #expect(try tiny.bytes("stopped") == tiny.bytes("straight"))
    #expect(try tiny.journal("stopped") == tiny.journal("straight"))
  }

  /// What was learned with records that are damaged since is given up, as is what was learned
  /// without some that are whole again.
  @Test func aRunWhoseDataAreDamagedLaterBeginsAnew() throws {
    let damaged = [2, 5, 17, 30, 39]
    let data = file("damaged")
    try DamagedData.write(tiny.data, damaging: [], .changed, to: data)
    let whole = try Data(contentsOf: URL(filePath: data))
    try DamagedData.write(tiny.data, damaging: damaged, .changed, to: data)
    let broken = try Data(contentsOf: URL(filePath: data))
    try whole.write(to: URL(filePath: data))
    let settings = "checkpointInterval=1"
    _ = try start("run", "damaged", stop: .init(after: 2, saves: true), settings)
    try broken.write(to: URL(filePath: data))
    #expect(try Pretraining<ColorizationTask>.resume("\(tiny.folder)/run") == .finished)
    try DamagedData.write(tiny.data, without: damaged, to: file("without"))
    _ = try start("without", "without", settings)
    #expect(try entries("run") == entries("without"))
    try whole.write(to: URL(filePath: data))
    try FileManager.default.removeItem(atPath: "\(tiny.folder)/run/damaged.json")
    #expect(try Pretraining<ColorizationTask>.resume("\(tiny.folder)/run") == .finished)
    _ = try start("whole", "scenes", settings)
    #expect(try entries("run") == entries("whole"))
  }
}
