internal import ArgumentParser
internal import Foundation

/// `pigment-benchmarks compare`: times workloads, each beside PyTorch in the same minute.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Time workloads and print a table; beside PyTorch where --peer names a Python.",
    discussion: """
      The two programs take turns, one round after the other, so that a change in the machine's \
      load meets both. A row gives medians over all repetitions and the ratio of the two, with the \
      least and the largest ratio of a round.
      """)

  @Argument(help: "Parts of names, such as step/eccv16; without them, everything.")
  var patterns: [String] = []
  @Option(help: "A Python that has torch.") var peer: String?
  @Option(help: "A dataset of JPEG pictures, which feed and reads need.") var data: String?
  @Option(help: "Rounds.") var rounds = 3
  @Option(help: "Repetitions in a round.") var repeats = 3
  @Option(help: "Threads.") var threads = 2
  @Option(help: "Where both compute, such as cuda:0.") var device = "cpu"
  @Flag(help: "On a GPU, start Pigment's training steps in CUDA graphs.") var graph = false
  @Option(help: "Pictures in a batch; by default those of the workload.") var batch: Int?
  @Option(help: "Rows and columns of pictures; by default those of the workload.") var size: Int?
  @Option(help: "The width of networks that have one.") var width = 1.0
  @Flag(help: "On a GPU, let single precision be rounded to TensorFloat-32 (Pigment's alone).")
  var tf32 = false
  @Option(help: "How PyTorch runs a network: eager, compile, or graph (a CUDA graph).")
  var peerMode = "eager"
  @Option(name: .shortAndLong, help: "Also write the table to this file (Markdown).")
  var output: String?
  @Flag(help: "Print the names of the workloads and end.") var list = false

  func validate() throws {
    guard rounds > 0, repeats > 0, threads > 0 else {
      throw ValidationError("--rounds, --repeats and --threads must be positive")
    }
  }

  func run() throws {
    var workloads = Catalog.workloads(matching: patterns, data: data, size: size)
    // Tasks and reading are written for the CPU.
    if device != "cpu" {
      workloads.removeAll { ![.convolution, .step, .inference].contains($0.kind) }
    }
    guard !workloads.isEmpty else {
      throw ValidationError(
        "no workload's name contains \(patterns); --list prints all, and feed and reads need --data"
      )
    }
    if list {
      for workload in workloads { print(workload.name) }
      return
    }
    for index in workloads.indices {
      workloads[index].repeats = repeats
      if let batch { workloads[index].batch = batch }
      workloads[index].width = width
      if let size { workloads[index].size = size }
    }
    var rows: [Row] = []
    var shared: [Peer] = []
    for workload in workloads {
      FileHandle.standardError.write(Data("\(workload.name)\n".utf8))
      // A peak belongs to one workload only if the process has done nothing else.
      if workload.isIsolated || shared.isEmpty { shared = try start() }
      var answers = [[Answer]](repeating: [], count: shared.count)
      for _ in 0..<rounds {
        for (place, program) in shared.enumerated() {
          answers[place].append(try program.ask(workload))
        }
      }
      rows.append(Row(workload: workload, ours: answers[0], theirs: answers.dropFirst().first))
    }
    let table = ComparisonTable(rows: rows, threads: threads).markdown
    print(table)
    if let output { try table.write(toFile: output, atomically: true, encoding: .utf8) }
  }

  /// This program and, where there is one, its peer.
  private func start() throws -> [Peer] {
    let count = ["--threads", "\(threads)", "--device", device]
    var commands = [
      [CommandLine.arguments[0], "serve"] + count + (graph ? ["--graph"] : [])
        + (tf32 ? ["--tf32"] : [])
    ]
    if let peer {
      commands.append([peer, "Experiments/Benchmarks/peer.py"] + count + ["--mode", peerMode])
    }
    return try commands.map { try Peer($0, threads: threads) }
  }
}
