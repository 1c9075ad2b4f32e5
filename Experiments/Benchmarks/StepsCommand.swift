internal import ArgumentParser
internal import Backends
internal import Networks

/// `pigment-benchmarks steps`: a few training steps of a tiny network and nothing else, for tools
/// that count instructions (`scripts/count-instructions.sh`).
struct StepsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steps", abstract: "Take a few tiny training steps, for tools that count them.")

  @Argument(help: "Steps.") var count: Int
  @Option(help: "The side of the pictures.") var size = 32
  @Option(help: "The network's width.") var width = 0.0625

  func run() {
    CPUBackend.shared.threads = 1
    var work = NetworkWork(
      Workload(
        name: "steps", kind: .step, precision: .f32, batch: 2, network: .eccv16, width: width,
        size: size))
    for _ in 0..<count { work.run() }
  }
}
