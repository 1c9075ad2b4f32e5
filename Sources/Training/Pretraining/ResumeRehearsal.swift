internal import Configurations
internal import Files
internal import Foundation
internal import Networks
public import Processes
public import Randomness
public import Runs
public import Tensors

/// A rehearsal that a signal ended before there was anything to compare.
public struct RehearsalInterruption: Error, CustomStringConvertible {
  /// The signal.
  public let signal: Signals.Ending
  /// The run that it ended, and after which step.
  public let run: String, step: Int

  /// That nothing was proven.
  public var description: String {
    "interrupted at step \(step) of the run '\(run)'; nothing was compared"
  }
}

/// Proof that stopping changes nothing: one run straight through, another stopped at random steps
/// and gone on with, and their bytes compared.
///
/// Every other stop saves, as a signal does; the others lose what came after the last checkpoint,
/// as a crash does.
public struct ResumeRehearsal<Task: PretextTask> {
  /// The settings of both runs.
  public let configuration: PretrainingConfiguration<Task>
  /// Where the runs go: `straight` and `stopped`.
  public let folder: String
  /// The steps after which the second run stops.
  public let stops: [PlannedStop]
  private let device: Device

  /// What came of it.
  public struct Report: Sendable, CustomStringConvertible {
    /// The steps of the stops that happened.
    public let stops: [PlannedStop]
    /// Steps of the whole run.
    public let iterations: Int
    /// The SHA-256 of the last checkpoint of each run.
    public let straight, stopped: String
    /// The first line of the journals, times aside, that differs.
    public let firstDifference: String?

    /// Whether checkpoints and journals agree.
    public var isSame: Bool { straight == stopped && firstDifference == nil }

    /// The stops, the digests, and what differed.
    public var description: String {
      let steps = stops.map { "\($0.step)\($0.saves ? "" : " (without saving)")" }
      return """
        \(iterations) steps straight: \(straight)
        stopped after \(steps.joined(separator: ", ")):
        \(iterations) steps in \(stops.count + 1) parts: \(stopped)
        \(isSame ? "the same bytes" : firstDifference ?? "the last checkpoints differ")
        """
    }
  }

  /// `points` different random stops between the first step and the last.
  public init(
    _ configuration: PretrainingConfiguration<Task>, folder: String, points: Int, key: RandomKey,
    on device: Device = .cpu
  ) throws {
    guard points > 0, points < configuration.iterations else {
      throw ConfigurationError(
        place: "--points",
        problem: "must lie in 1 ..< \(configuration.iterations) (iterations), it is \(points)")
    }
    self.configuration = configuration
    self.folder = folder
    self.device = device
    var stream = key.stream()
    let steps = stream.permutation(configuration.iterations - 1).prefix(points).map { $0 + 1 }
    stops = steps.sorted().enumerated().map {
      PlannedStop(after: $0.element, saves: $0.offset % 2 == 0)
    }
  }

  /// Makes both runs and compares them; `say` hears what is being done. A signal that ends one of
  /// them is an error (`RehearsalInterruption`).
  public func run(
    environment: EnvironmentRecord, say: (String) -> Void = { _ in }
  ) throws -> Report {
    func uninterrupted(_ name: String, _ outcome: RunOutcome) throws -> RunOutcome {
      guard case .interrupted(let signal, let step) = outcome else { return outcome }
      throw RehearsalInterruption(signal: signal, run: name, step: step)
    }
    func begin(_ name: String, _ stop: PlannedStop?) throws -> RunOutcome {
      let run = try RunFolder.create(
        "\(folder)/\(name)", configuration: configuration, environment: environment,
        keep: configuration.keepCheckpoints)
      return try uninterrupted(
        name, try Pretraining(configuration, on: device).run(in: run, from: nil, stop: stop))
    }
    say("straight through")
    _ = try begin("straight", nil)
    var outcome = try begin("stopped", stops[0])
    var happened: [PlannedStop] = []
    for (index, stop) in stops.enumerated() {
      guard case .stopped = outcome else { break }
      happened.append(stop)
      say("stopped after step \(stop.step)\(stop.saves ? "" : ", without saving"); going on")
      outcome = try uninterrupted(
        "stopped",
        try Pretraining<Task>.resume(
          "\(folder)/stopped", on: device, stop: index + 1 < stops.count ? stops[index + 1] : nil))
    }
    return Report(
      stops: happened, iterations: configuration.iterations, straight: try digest("straight"),
      stopped: try digest("stopped"), firstDifference: try difference())
  }

  private func digest(_ name: String) throws -> String {
    let checkpoints = try CheckpointFolder("\(folder)/\(name)/checkpoints")
    guard let last = try checkpoints.steps().last else { return "no checkpoint" }
    return try Checkpoint(reading: checkpoints.file(last)).archive.metadata[TensorArchive.sealKey]!
  }

  private func difference() throws -> String? {
    func lines(_ name: String) throws -> [JournalEvent] {
      try Journal.events(in: "\(folder)/\(name)/journal.jsonl").map(\.withoutTimes)
    }
    let (straight, stopped) = (try lines("straight"), try lines("stopped"))
    for (a, b) in zip(straight, stopped) where a != b {
      return "journals differ at step \(a.step): \(a) and \(b)"
    }
    return straight.count == stopped.count
      ? nil : "journals have \(straight.count) and \(stopped.count) lines"
  }
}

extension JournalEvent {
  /// The event without what the clock says.
  public var withoutTimes: JournalEvent {
    guard case .step(var record) = self else { return self }
    (record.imagesPerSecond, record.dataWait) = (0, 0)
    return .step(record)
  }
}
