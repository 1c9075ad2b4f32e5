import Colorization
import Foundation
import Layers
import Networks
import Processes
import Randomness
import Tensors
import Testing
import Training

/// What a run needs at least, and what a process can have.
@Suite struct MemoryTests {
  let runs = try! TinyRuns()

  @Test func aStackKeepsItsInputAndAllThatItsLayersGive() {
    let key = RandomKey(seed: 1)
    let stack = Stack([
      .init("conv1", Convolution(1, 4, kernel: 3, .init(padding: 1), key: key, on: .cpu)),
      .init("pool1", MaxPooling(.init(window: 2, stride: 2))),
      .init("conv2", Convolution(4, 2, kernel: 3, .init(padding: 1), key: key, on: .cpu)),
    ])
    let input = MapSize(channels: 1, size: 8)
    // 64 go in; 4 x 64, 4 x 16 and 2 x 16 come out.
    #expect(stack.activations(of: input) == 416.0)
    #expect(stack.widestPass(of: input) == 320.0)
    #expect(stack.maps(of: input) == MapSize(channels: 2, size: 4))
    #expect(stack.activations(of: MapSize(channels: 1, size: 0)) == nil)
  }

  @Test func aNeedBeyondWhatThereIsNamesTheLargestBatch() {
    let need = MemoryNeed(fixed: 1000, perPicture: 10)
    let available = AvailableMemory(bytes: 2005, reason: "a test says so")
    #expect(throws: Never.self) {
      try need.require(batchSize: 100, setting: "batchSize", of: available)
    }
    let error = #expect(throws: MemoryShortage.self) {
      try need.require(batchSize: 101, setting: "batchSize", of: available)
    }
    #expect(
      error?.description
        == "out of memory: batchSize 101 needs at least 2.0 kB, and 2.0 kB can be had (a test says "
        + "so); the largest batchSize that may fit is 100")
    let none = #expect(throws: MemoryShortage.self) {
      try MemoryNeed(fixed: 3000, perPicture: 10).require(
        batchSize: 1, setting: "batchSize", of: available)
    }
    #expect(none?.largest == 0 && none?.description.contains("no batch fits") == true)
  }

  @Test func batchesBeyondAnyMachineAreRefusedBeforeThereIsAFolder() throws {
    let configuration = try runs.configuration("batchSize=1000000000")
    let error = #expect(throws: MemoryShortage.self) { try runs.start("huge", configuration) }
    #expect((error?.largest ?? 0) > 100)
  }

  /// A machine that says these files of itself.
  private func machine(_ files: [String: String]) throws -> String {
    let root = "\(runs.folder)/machine-\(UUID())"
    for (path, text) in files {
      let url = URL(filePath: "\(root)/\(path)")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    return root
  }

  @Test func theTightestLimitCounts() throws {
    let memory = "MemTotal: 9 kB\nMemAvailable:     8000 kB\n"
    #expect(
      AvailableMemory.ofMachine(root: try machine(["proc/meminfo": memory]))?.bytes == 8000 << 10)
    let swapping = try machine(["proc/meminfo": memory + "SwapFree:   500 kB\n"])
    #expect(AvailableMemory.ofMachine(root: swapping)?.bytes == 8500 << 10)
    #expect(AvailableMemory.free(root: swapping) == 8000 << 10)
    let second = try machine([
      "proc/meminfo": memory, "proc/self/cgroup": "0::/a/b\n",
      "sys/fs/cgroup/a/memory.max": "5000000\n", "sys/fs/cgroup/a/memory.current": "2000000\n",
      "sys/fs/cgroup/a/memory.stat": "anon 7\ninactive_file 100\n",
      "sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/b/memory.current": "9\n",
    ])
    #expect(
      AvailableMemory.ofMachine(root: second)
        == AvailableMemory(bytes: 3_000_100, reason: "its control group allows no more"))
    let first = try machine([
      "proc/meminfo": memory, "proc/self/cgroup": "5:cpu:/\n4:memory:/job\n",
      "sys/fs/cgroup/memory/job/memory.limit_in_bytes": "4000000\n",
      "sys/fs/cgroup/memory/job/memory.usage_in_bytes": "1000000\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "sys/fs/cgroup/memory/memory.usage_in_bytes": "1\n",
    ])
    #expect(AvailableMemory.ofMachine(root: first)?.bytes == 3_000_000)
    #expect(AvailableMemory.ofMachine(root: try machine([:])) == nil)
  }
}
