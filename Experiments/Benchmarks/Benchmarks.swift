internal import ArgumentParser
internal import Backends

/// How fast this machine is at what the colorization network needs.
@main
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pigment-benchmarks",
    abstract: "Time kernels and whole training steps of the colorization network.",
    subcommands: [KernelBenchmark.self, StepBenchmark.self, FeedBenchmark.self],
    defaultSubcommand: KernelBenchmark.self)
}

/// Times kernels on the shapes of the colorization network.
struct KernelBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels",
    abstract: "Time the kernels of the CPU on the shapes of the colorization network.")

  @Option(help: "Images in a batch.") var batch = 4
  @Option(help: "Rows and columns of an image.") var size = 176
  @Option(help: "Repetitions; the median counts.") var repeats = 5
  @Option(help: "Threads; 0 leaves the default.") var threads = 0
  @Flag(help: "Compute in bfloat16.") var bf16 = false
  @Flag(help: "Print every convolution.") var verbose = false
  @Flag(help: "Leave out the convolutions.") var passesOnly = false

  func validate() throws {
    guard batch > 0, size >= 32, repeats > 0, threads >= 0 else {
      throw ValidationError("batch and repeats are positive, size is at least 32")
    }
  }

  func run() {
    let backend = CPUBackend.shared
    if threads > 0 { backend.threads = threads }
    for (name, value) in backend.libraries.sorted(by: { $0.key < $1.key }) {
      print("\(name): \(value)")
    }
    print("threads: \(backend.threads)")
    let dtype: DType = bf16 ? .bf16 : .f32
    let watch = Stopwatch(repeats: repeats)
    if !passesOnly {
      ConvolutionBenchmark(
        backend: backend, dtype: dtype, batch: batch, size: size, watch: watch, verbose: verbose
      ).run()
    }
    PassBenchmark(backend: backend, dtype: dtype, batch: batch, size: size, watch: watch).run()
    print("peak memory: \(backend.peakBytes >> 20) MiB")
  }
}
