import Configurations
import Files
import Foundation
import Networks
import Randomness
import Runs
import Testing

@Suite struct RunFolderTests {
  static func environment() -> EnvironmentRecord {
    .current(pigment: "test", device: "cpu", threads: 2, dataHash: "da7a", seed: 7) {
      ["oneDNN": "9.9"]
    }
  }

  static func checkpoint(_ step: Int, of run: RunFolder) -> Checkpoint {
    var checkpoint = CheckpointTests.checkpoint(step)
    checkpoint.progress.configurationHash = run.configurationHash
    return checkpoint
  }

  @Test func aRunIsACompleteFolder() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/study/first"
    var toy = Toy()
    toy.steps = 7
    let environment = Self.environment()
    let run = try RunFolder.create(path, configuration: toy, environment: environment)
    try run.journal.append(.note(step: 0, text: "hello"))
    try run.writeEvaluation(["mAP": 0.5, "loss": Double.nan])
    #expect(
      try POSIXFiles.posix.list(path) == [
        ".lock", "checkpoints", "configuration.yaml", "environment.json", "evaluation.json",
        "journal.jsonl",
      ])
    #expect(try run.configuration(as: Toy.self) == toy)
    #expect(try run.environment() == environment)
    #expect(run.configurationHash == (try toy.digest))
    let evaluation = try String(contentsOfFile: path + "/evaluation.json", encoding: .utf8)
    #expect(evaluation.contains("\"mAP\" : 0.5") && evaluation.contains("\"nan\""))
  }

  @Test func theEnvironmentSaysWhatTheMachineIs() {
    let record = Self.environment()
    #expect(record.libraries == ["oneDNN": "9.9"] && record.seed == 7 && record.cores >= 1)
    #expect(record.system != "" && record.processor != "" && record.started.hasSuffix("Z"))
  }

  @Test func whatIsAnotherThanWhenARunBeganIsSaidAndNoted() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/run"
    var began = Self.environment()
    began.processor = "Abacus 9"
    began.instructions = nil  // as earlier versions left it
    do {
      let run = try RunFolder.create(path, configuration: Toy(), environment: began)
      try run.checkpoints.save(Self.checkpoint(5, of: run))
    }
    var here = Self.environment()
    here.instructions = "avx2 fma"
    here.libraries["OpenBLAS"] = "0.3"
    here.threads = 3
    for _ in 0..<2 {
      var said: [String] = []
      let found = try RunFolder.resume(path, as: Toy.self, keep: { _ in 3 }, here: here) {
        said.append($0)
      }
      #expect(found.checkpoint?.progress.step == 5 && found.settings == Toy())
      #expect(
        said.map { $0.dropFirst(path.count + 2) } == [
          "processor: was Abacus 9, now \(here.processor)",
          "instruction set: was not recorded, now avx2 fma", "threads: was 2, now 3",
          "OpenBLAS: was not recorded, now 0.3",
          "goes on; its numbers may differ in their last bits from a run that had not moved",
        ])
    }
    let events = try Journal.events(in: "\(path)/journal.jsonl")
    #expect(events.count == 2)
    guard case .environment(5, let differences) = events.last else {
      Issue.record("\(events)")
      return
    }
    #expect(differences.map(\.part) == ["processor", "instruction set", "threads", "OpenBLAS"])
    // The same machine and program are not worth a word.
    _ = try RunFolder.resume(path, as: Toy.self, keep: { _ in 3 }, here: began) {
      Issue.record("\($0)")
    }
    _ = try RunFolder.resume(path, as: Toy.self, keep: { _ in 3 }) { Issue.record("\($0)") }
    // Another number of threads is noted, but nothing to be warned of.
    var busier = began
    busier.threads += 1
    _ = try RunFolder.resume(path, as: Toy.self, keep: { _ in 3 }, here: busier) {
      Issue.record("\($0)")
    }
    guard case .environment(5, let other) = try Journal.events(in: "\(path)/journal.jsonl").last
    else {
      Issue.record("no event")
      return
    }
    #expect(other.map(\.part) == ["threads"])
  }

  @Test func theFolderOfSeveralRunsNamesThem() throws {
    let scratch = try Scratch()
    let error = {
      #expect(throws: RunError.self) { try RunFolder.configurationFile(of: scratch.path) }
    }
    #expect(error()?.problem == "holds no run: there is no configuration.yaml")
    for name in ["he-seed1", "he-seed2"] {
      _ = try RunFolder.create(
        "\(scratch.path)/\(name)", configuration: Toy(), environment: Self.environment())
      if name == "he-seed1" {
        #expect(error()?.problem == "holds no run: the run is \(scratch.path)/he-seed1")
      }
    }
    #expect(
      error()?.problem
        == "holds no run: it holds 2 runs (he-seed1, he-seed2); name one, such as "
        + "\(scratch.path)/he-seed1")
  }

  @Test func aSecondProcessIsRefusedWithTheNumberOfTheFirst() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/run"
    var run: RunFolder? = try .create(path, configuration: Toy(), environment: Self.environment())
    for attempt in 0..<2 {
      let error = #expect(throws: RunError.self) {
        if attempt == 0 {
          _ = try RunFolder.resume(path, settings: Toy())
        } else {
          _ = try RunFolder.create(path, configuration: Toy(), environment: Self.environment())
        }
      }
      let number = ProcessInfo.processInfo.processIdentifier
      #expect(error?.problem.contains("in use by process \(number)") == true)
    }
    withExtendedLifetime(run) {}
    run = nil
    _ = try RunFolder.resume(path, settings: Toy())
  }

  @Test func aRunIsNotOverwrittenAndOtherFoldersAreLeftAlone() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/run"
    _ = try RunFolder.create(path, configuration: Toy(), environment: Self.environment())
    let error = #expect(throws: RunError.self) {
      try RunFolder.create(path, configuration: Toy(), environment: Self.environment())
    }
    #expect(error?.description.contains("pigment resume \(path)") == true)

    let home = scratch.path + "/home"
    try POSIXFiles.posix.makeDirectory(home)
    try AtomicFile.write("mine", to: home + "/thesis.tex")
    let other = #expect(throws: RunError.self) {
      try RunFolder.create(home, configuration: Toy(), environment: Self.environment())
    }
    #expect(other?.problem.contains("thesis.tex") == true)
    #expect(throws: RunError.self) { try RunFolder.resume(home, settings: Toy()) }
    #expect(throws: RunError.self) { try RunFolder.resume(scratch.path + "/none", settings: Toy()) }
  }

  @Test func aStartThatWasCutShortIsStartedAgain() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/run"
    _ = try RunFolder.create(path, configuration: Toy(), environment: Self.environment())
    try POSIXFiles.posix.remove(path + "/configuration.yaml")
    _ = try RunFolder.create(path, configuration: Toy(), environment: Self.environment())
  }

  @Test func resumingFindsTheCheckpointAndCutsTheJournalThere() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/run"
    do {
      let run = try RunFolder.create(
        path, configuration: Toy(), environment: Self.environment())
      for step in 1...7 {
        try run.journal.append(
          .step(
            .init(step: step, loss: 1 / Double(step), rate: 1, imagesPerSecond: 9, dataWait: 0)))
        if step == 5 { try run.checkpoints.save(Self.checkpoint(5, of: run)) }
      }
      try AtomicFile.write("x", to: "\(path)/checkpoints/step-6.ckpt.tmp.999999999")
      try POSIXFiles.posix.makeDirectory(path)
    }
    let (run, checkpoint, warnings) = try RunFolder.resume(path, settings: Toy())
    CheckpointTests.expectWhole(
      Checkpoint(
        archive: checkpoint!.archive, progress: CheckpointTests.checkpoint(5).progress,
        optimizerTime: checkpoint!.optimizerTime), 5)
    #expect(warnings == [])
    #expect(try Journal.events(in: run.journal.path).map(\.step) == [1, 2, 3, 4, 5])
    #expect(try POSIXFiles.posix.list("\(path)/checkpoints") == ["step-5.ckpt"])
    try run.journal.append(.note(step: 5, text: "resumed"))
    #expect(try Journal.events(in: run.journal.path).count == 6)
  }

  /// A kill between the commit of a checkpoint and the removal of the one before.
  @Test func resumingRemovesWhatASaveHadLeft() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/run"
    do {
      let run = try RunFolder.create(
        path, configuration: Toy(), environment: Self.environment(), keep: 1)
      try run.checkpoints.save(Self.checkpoint(5, of: run))
      try FileManager.default.copyItem(
        atPath: run.checkpoints.file(5), toPath: run.checkpoints.file(2))
      try POSIXFiles.posix.makeDirectory("\(path)/pictures")
      for name in ["pictures/a-step-5.jpg", "environment.json"] {
        let left = TemporaryFile.path(for: "\(path)/\(name)")
        try AtomicFile.write("x", to: left.replacing(".\(getpid()).", with: ".999999999."))
      }
    }
    _ = try RunFolder.resume(path, settings: Toy(), keep: 1)
    #expect(try POSIXFiles.posix.list("\(path)/checkpoints") == ["step-5.ckpt"])
    #expect(try POSIXFiles.posix.list("\(path)/pictures") == [])
    #expect(try !POSIXFiles.posix.list(path).contains { TemporaryFile.isOne($0) })
  }

  @Test func anEditedConfigurationIsSeen() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/run"
    do {
      let run = try RunFolder.create(
        path, configuration: Toy(), environment: Self.environment())
      try run.checkpoints.save(Self.checkpoint(5, of: run))
    }
    var toy = Toy()
    toy.steps += 1
    try AtomicFile.write(toy.yaml, to: path + "/configuration.yaml")
    let error = #expect(throws: RunError.self) { try RunFolder.resume(path, settings: toy) }
    #expect(error?.problem.contains("step-5.ckpt") == true)
  }
}
