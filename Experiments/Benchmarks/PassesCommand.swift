internal import ArgumentParser
internal import Backends

/// `pigment-benchmarks passes`: what a training step does besides convolutions.
struct PassesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passes",
    abstract: "Time what is limited by memory, in GB/s, and products of matrices.")

  @Option(help: "Images in a batch.") var batch = 4
  @Option(help: "Rows and columns of an image.") var size = 176
  @Option(help: "Repetitions; the median counts.") var repeats = 5
  @Option(help: "Threads.") var threads = 2
  @Flag(help: "Compute in bfloat16.") var bf16 = false

  func validate() throws {
    guard batch > 0, size >= 32, repeats > 0, threads > 0 else {
      throw ValidationError("batch, repeats and threads are positive, size is at least 32")
    }
  }

  func run() {
    let backend = CPUBackend.shared
    backend.threads = threads
    for (name, value) in backend.libraries.sorted(by: { $0.key < $1.key }) {
      print("\(name): \(value)")
    }
    PassBenchmark(
      backend: backend, dtype: bf16 ? .bf16 : .f32, batch: batch, size: size,
      watch: Stopwatch(repeats: repeats)
    ).run()
  }
}
