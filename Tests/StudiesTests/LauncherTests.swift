import Foundation
import Studies
import Testing

@Suite struct LauncherTests {
  private let bench: Bench
  init() throws { bench = try Bench() }

  private func launch(_ launcher: ChildLauncher, _ index: Int, _ script: String) throws -> Bool {
    try launcher.launch(
      try bench.plan().steps[index], arguments: ["-c", script], log: "\(bench.path)/log",
      lock: "\(bench.path)/lock\(index)")
  }

  private func all(_ launcher: ChildLauncher, _ count: Int) -> [String: Int32] {
    var found: [String: Int32] = [:]
    while found.count < count { for (id, status) in launcher.ended() { found[id] = status } }
    return found
  }

  @Test func childrenRunSideBySideAndSayHowTheyEnded() throws {
    let launcher = ChildLauncher(program: "/bin/sh", jobs: 2, threads: 3)
    // Each waits for what the other one makes, so neither could end alone.
    let meet = { (a: String, b: String) in
      "touch \(bench.path)/\(a); until [ -e \(bench.path)/\(b) ]; do sleep 0.01; done"
    }
    #expect(launcher.hasRoom)
    #expect(try launch(launcher, 0, meet("a", "b") + "; echo $OMP_NUM_THREADS; exit 4"))
    #expect(try launch(launcher, 1, meet("b", "a") + "; kill -9 $$"))
    #expect(!launcher.hasRoom)
    #expect(
      all(launcher, 2) == ["pretrain/colorization-seed1": 4, "features/colorization-seed1": 137])
    #expect(launcher.hasRoom)
    #expect(try bench.text("log") == "3\n")
  }

  /// A child holds its step's lock, whoever started it; another study's call must wait for it.
  @Test func aStepThatAnotherChildIsStillAtMustWait() throws {
    let first = ChildLauncher(program: "/bin/sh", jobs: 1, threads: 1)
    let second = ChildLauncher(program: "/bin/sh", jobs: 1, threads: 1)
    #expect(try launch(first, 0, "until [ -e \(bench.path)/go ]; do sleep 0.01; done"))
    #expect(try !launch(second, 0, "exit 0"))
    try bench.write("go", "")
    #expect(all(first, 1).values.map { $0 } == [0])
    #expect(try launch(second, 0, "exit 7"))
    #expect(all(second, 1).values.map { $0 } == [7])
  }

  @Test func childrenAreAskedToEnd() throws {
    let launcher = ChildLauncher(program: "/bin/sh", jobs: 1, threads: 1)
    #expect(
      try launch(
        launcher, 0, "trap 'exit 143' TERM; touch \(bench.path)/up; while :; do sleep 0.01; done"))
    while !bench.exists("up") {}
    launcher.stop()
    #expect(all(launcher, 1).values.map { $0 } == [143])
  }

  @Test func memoryMustSufficeForOneMoreAndForWhatOthersHaveYetToTake() {
    let gigabyte = 1 << 30
    func allows(_ available: Int?, largest: Int, taken: [Int32]) -> Bool {
      var gate = MemoryGate()
      gate.available = { available }
      gate.largest = { largest }
      gate.taken = { Int($0) << 20 }
      return gate.allowsAnother(beside: taken)
    }
    #expect(allows(nil, largest: 0, taken: [1, 2]))
    #expect(allows(gigabyte, largest: 0, taken: [1024]))
    #expect(!allows(gigabyte - 1, largest: 0, taken: [1024]))
    #expect(!allows(gigabyte, largest: 2 * gigabyte, taken: [2048]))
    // One that runs has taken half of its two.
    #expect(!allows(3 * gigabyte - 1, largest: 2 * gigabyte, taken: [1024]))
    #expect(allows(3 * gigabyte, largest: 2 * gigabyte, taken: [1024]))
  }
}
