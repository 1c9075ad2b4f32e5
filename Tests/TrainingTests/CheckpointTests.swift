import Files
import Foundation
import Networks
import Randomness
import Runs
import Testing

@Suite struct CheckpointTests {
  static func checkpoint(_ step: Int) -> Checkpoint {
    var archive = TensorArchive()
    for name in ["model.conv.weight", "model.conv.bias", "optimizer.momentum.conv.weight"] {
      let values = (0..<16).map { Float($0 + step * 1000) }
      archive.add(
        .init(
          name: name, type: .f32, shape: [4, 4], bytes: values.withUnsafeBytes { Array($0) }))
    }
    return Checkpoint(
      archive: archive,
      progress: TrainingProgress(
        step: step, epoch: 2, position: 64, key: RandomKey(seed: 7),
        best: .init(metric: "mAP", value: 0.1 + Double(step) / 3, step: step),
        configurationHash: "c0ffee", dataHash: "da7a"),
      optimizerTime: step)
  }

  /// A device file would be lost for the whole machine.
  @Test func whatIsNoFileIsNotReplaced() throws {
    let scratch = try Scratch()
    let pipe = "\(scratch.path)/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    let error = #expect(throws: FileError.self) { try AtomicFile.write("text", to: pipe) }
    #expect(error?.path == pipe)
    #expect(try POSIXFiles.posix.list(scratch.path) == ["pipe"])
  }

  static func expectWhole(_ found: Checkpoint, _ step: Int) {
    let wanted = checkpoint(step)
    #expect(found.progress == wanted.progress && found.optimizerTime == step)
    #expect(Set(found.archive.entries) == Set(wanted.archive.entries))
  }

  @Test func whatIsSavedComesBackAndOnlyTheNewestStay() throws {
    let folder = try CheckpointFolder("run", keep: 3, files: SimulatedFiles())
    #expect(try folder.latest()?.warnings == nil)
    for step in [5, 10, 15, 20, 100] {
      #expect(try folder.save(Self.checkpoint(step)) == [])
      let found = try #require(try folder.latest())
      Self.expectWhole(found.checkpoint, step)
      #expect(found.warnings == [])
    }
    #expect(try folder.steps() == [15, 20, 100])
  }

  /// The newest acknowledged checkpoint is never lost and never mixed, wherever the power fails.
  @Test func aPowerLossAtAnyCallLeavesTheOldOrTheNew() throws {
    let whole = SimulatedFiles()
    try CheckpointFolder("run", keep: 1, files: whole).save(Self.checkpoint(10))
    whole.setFault(.none)
    try CheckpointFolder("run", keep: 1, files: whole).save(Self.checkpoint(20))
    let calls = whole.calls
    #expect(calls > 9)
    var (old, new) = (0, 0)
    // The nightly campaign asks for more.
    let wanted = ProcessInfo.processInfo.environment["PIGMENT_POWER_LOSSES"].flatMap(Int.init)
    let seeds = max(40, (wanted ?? 0) / (calls + 1))
    for call in 0...calls {
      for seed in 0..<seeds {
        let files = SimulatedFiles()
        let folder = try CheckpointFolder("run", keep: 1, files: files)
        try folder.save(Self.checkpoint(10))
        files.setFault(.crash(at: call))
        let acknowledged = (try? folder.save(Self.checkpoint(20))) != nil
        let after = files.afterPowerLoss(RandomKey(seed: UInt64(seed)).folding(call))
        let rebooted = try CheckpointFolder("run", keep: 1, files: after)
        let found = try #require(try rebooted.latest(), "call \(call), seed \(seed)")
        #expect(found.warnings == [], "a torn file got its final name")
        Self.expectWhole(found.checkpoint, found.checkpoint.progress.step)
        if acknowledged { #expect(found.checkpoint.progress.step == 20) }
        if found.checkpoint.progress.step == 20 { new += 1 } else { old += 1 }

        // The run goes on with the same command, whatever was left behind.
        try rebooted.removeLeftovers(isRunning: { _ in false })
        #expect(try after.list("run").allSatisfy { $0.hasSuffix(".ckpt") })
        try rebooted.save(Self.checkpoint(30))
        Self.expectWhole(try #require(try rebooted.latest()).checkpoint, 30)
      }
    }
    #expect(old > 100 && new > 10)
  }

  /// The simulation must be able to find something: a writer without sync and rename loses data.
  @Test func theSimulationCatchesANaiveWriter() throws {
    var lost = 0
    for seed in 0..<200 {
      let files = SimulatedFiles()
      let folder = try CheckpointFolder("run", files: files)
      try folder.save(Self.checkpoint(10))
      let file = try files.open(folder.file(10), .create)
      let bytes = try files.read(folder.file(10))
      #expect(bytes.isEmpty)
      try [UInt8](repeating: 1, count: 600).withUnsafeBytes { try files.write($0, to: file) }
      try files.close(file)
      let after = files.afterPowerLoss(RandomKey(seed: UInt64(seed)))
      if (try? CheckpointFolder("run", files: after).latest()) == nil { lost += 1 }
    }
    #expect(lost > 50)
  }

  @Test func aFullDiskOrABrokenOneLeavesTheOldCheckpoint() throws {
    let count = SimulatedFiles()
    try CheckpointFolder("run", files: count).save(Self.checkpoint(20))
    for call in 0..<count.calls {
      for fault in [SimulatedFiles.Fault.once(at: call, code: 5), .from(call, code: 28)] {
        let files = SimulatedFiles()
        let folder = try CheckpointFolder("run", files: files)
        try folder.save(Self.checkpoint(10))
        files.setFault(fault)
        let saved = (try? folder.save(Self.checkpoint(20))) != nil
        files.setFault(.none)
        let step = try #require(try folder.latest()).checkpoint.progress.step
        #expect(step == 20 || (step == 10 && !saved))
        Self.expectWhole(try #require(try folder.latest()).checkpoint, step)
        try folder.save(Self.checkpoint(30))
        Self.expectWhole(try #require(try folder.latest()).checkpoint, 30)
      }
    }
  }

  @Test func tooLittleRoomIsSaidBeforeWriting() throws {
    let files = SimulatedFiles()
    files.setFreeBytes(383)
    let folder = try CheckpointFolder("run", files: files)
    let error = #expect(throws: FileError.self) { try folder.save(Self.checkpoint(1)) }
    #expect(error?.code == ENOSPC && error?.description.contains("383 are free") == true)
    files.setFreeBytes(384)
    try folder.save(Self.checkpoint(1))
  }

  @Test func aDamagedCheckpointIsNamedAndTheOlderOneUsed() throws {
    let files = SimulatedFiles()
    let folder = try CheckpointFolder("run", keep: 3, files: files)
    try folder.save(Self.checkpoint(10))
    try folder.save(Self.checkpoint(20))
    let good = try files.read(folder.file(20))
    func expectFallback(_ what: String) throws {
      let found = try #require(try folder.latest())
      #expect(found.checkpoint.progress.step == 10, "\(what) went unseen")
      let warning = try #require(found.warnings.first)
      #expect(warning.contains(folder.file(20)) && warning.contains(folder.file(10)))
    }
    for bit in stride(from: 0, to: good.count * 8, by: 3) {
      files.setContent(folder.file(20)) {
        $0 = good
        $0[bit / 8] ^= 1 << UInt8(bit % 8)
      }
      try expectFallback("bit \(bit)")
    }
    for count in 0..<good.count {
      files.setContent(folder.file(20)) { $0 = Array(good.prefix(count)) }
      try expectFallback("length \(count)")
    }
    files.setContent(folder.file(10)) { $0[400] ^= 1 }
    let error = #expect(throws: RunError.self) { try folder.latest() }
    #expect(error?.description.contains("step-10.ckpt") == true)
    #expect(error?.description.contains("step-20.ckpt") == true)
  }

  @Test func aDamagedLaterCheckpointDoesNotPushOutGoodOnes() throws {
    let files = SimulatedFiles()
    let folder = try CheckpointFolder("run", keep: 1, files: files)
    try folder.save(Self.checkpoint(60))
    files.setContent(folder.file(60)) { $0.removeLast() }
    try folder.save(Self.checkpoint(55))
    Self.expectWhole(try #require(try folder.latest()).checkpoint, 55)
  }

  @Test func aCopyUnderAnotherNameIsRefused() throws {
    let files = SimulatedFiles()
    let folder = try CheckpointFolder("run", files: files)
    try folder.save(Self.checkpoint(10))
    try files.rename(folder.file(10), to: folder.file(99))
    #expect(throws: RunError.self) { try folder.latest() }
  }

  @Test func weightsThatAreNotFiniteAreNotSaved() throws {
    let folder = try CheckpointFolder("run", files: SimulatedFiles())
    for bad in [Float.nan, .infinity, -.infinity] {
      var checkpoint = Self.checkpoint(10)
      let bytes = withUnsafeBytes(of: bad) { Array($0) }
      checkpoint.archive.add(.init(name: "model.bad", type: .f32, shape: [1], bytes: bytes))
      let error = #expect(throws: NonFiniteState.self) { try folder.save(checkpoint) }
      #expect(error?.tensor == "model.bad")
    }
    #expect(try folder.latest()?.warnings == nil)
  }

  @Test func leftoversOfLivingProcessesStay() throws {
    let files = SimulatedFiles()
    let folder = try CheckpointFolder("run", files: files)
    for name in ["step-5.ckpt.tmp.111", "step-5.ckpt.tmp.222", "notes.tmp.111"] {
      try AtomicFile.write("x", to: "run/" + name, on: files)
    }
    #expect(try folder.removeLeftovers(isRunning: { $0 == 222 }) == ["step-5.ckpt.tmp.111"])
    #expect(try files.list("run") == ["notes.tmp.111", "step-5.ckpt.tmp.222"])
  }
}
