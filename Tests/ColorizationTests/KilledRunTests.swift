import Foundation
import TestSupport
import Testing

/// The built program as users run it: killed at any moment, it goes on to the same bytes.
@Suite(.serialized) struct KilledRunTests {
  let tiny: TinyRuns
  private let config: String

  init() throws {
    tiny = try TinyRuns()
    config = "\(tiny.folder)/config.yaml"
    try TinyRuns.yaml.write(toFile: config, atomically: true, encoding: .utf8)
  }

  private func launch(_ arguments: [String]) throws -> Process {
    try Program.launch(Program.pigment, arguments)
  }

  private func pretrain(_ name: String, _ settings: [String]) throws -> Process {
    try launch(
      ["pretrain", config, "--run", "\(tiny.folder)/\(name)", "--set", "data.path=\(tiny.data)"]
        + settings.flatMap { ["--set", $0] })
  }

  /// Waits until a run has written `count` steps, or its process has ended.
  private func wait(for count: Int, in name: String, of process: Process) {
    while process.isRunning, ((try? tiny.losses(name).count) ?? 0) < count { usleep(2000) }
  }

  @Test func aKilledRunAndATerminatedOneGoOnToTheSameBytes() throws {
    let settings = ["iterations=16", "checkpointInterval=3", "evaluationInterval=0"]
    let straight = try pretrain("straight", settings)
    straight.waitUntilExit()
    #expect(straight.terminationStatus == 0)
    for (signal, status) in [(SIGKILL, SIGKILL), (SIGTERM, 143)] {
      // On a busy machine a run may be over before the signal comes; then another one is taken.
      var (name, end) = ("", Int32(0))
      for attempt in 0..<5 where end != status {
        name = "\(signal)-\(attempt)"
        let first = try pretrain(name, settings)
        wait(for: 4, in: name, of: first)
        kill(first.processIdentifier, signal)
        first.waitUntilExit()
        end = first.terminationStatus
      }
      #expect(end == status)
      #expect((4..<16).contains(try tiny.losses(name).count))
      let second = try launch(["resume", "\(tiny.folder)/\(name)"])
      second.waitUntilExit()
      #expect(second.terminationStatus == 0)
      #expect(try tiny.bytes(name) == tiny.bytes("straight"))
      #expect(try tiny.losses(name) == tiny.losses("straight"))
    }
  }

  @Test func anInterruptedProofIsNoFailedOne() throws {
    let words = tiny.folder + "/words"
    _ = FileManager.default.createFile(atPath: words, contents: nil)
    let process = try Program.launch(
      Program.pigment,
      [
        "verify", "resume", config, "--points", "2", "--output", "\(tiny.folder)/proof", "--set",
        "data.path=\(tiny.data)", "--set", "iterations=100000", "--set", "evaluationInterval=0",
      ], errors: try FileHandle(forWritingTo: URL(filePath: words)))
    wait(for: 2, in: "proof/straight", of: process)
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let said = try String(contentsOfFile: words, encoding: .utf8)
    #expect(said.contains("verify resume: interrupted at step "), "\(said)")
    #expect(said.contains("of the run 'straight'; nothing was compared"), "\(said)")
  }

  @Test func aLossThatIsNoNumberEndsTheProgramWithFour() throws {
    let process = try pretrain("wild", ["schedule.rate=1e30", "optimizer.rule=sgd"])
    process.waitUntilExit()
    #expect(process.terminationStatus == 4)
  }
}
