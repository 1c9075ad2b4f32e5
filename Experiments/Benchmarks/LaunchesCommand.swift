internal import ArgumentParser
internal import Backends
internal import Networks

/// `pigment-benchmarks launches`: on which kernels a GPU spends a training step.
struct LaunchesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "launches",
    abstract: "Time every kernel of a training step on a GPU, by events around each.")

  @Argument(help: "The network.") var network = "eccv16"
  @Option(help: "Where to compute, such as cuda:0.") var device = "cuda:0"
  @Option(help: "Pictures in a batch.") var batch = 64
  @Option(help: "Rows and columns of pictures.") var size = 224
  @Flag(help: "Compute in single precision instead of bfloat16.") var f32 = false

  func run() throws {
    guard
      let network = TrunkConfiguration.Architecture.allCases.first(where: {
        $0.rawValue == network
      })
    else { throw ValidationError("there is no network '\(network)'") }
    guard case .cuda(let ordinal) = try Device(named: device) else {
      throw ValidationError("\(device) is no GPU")
    }
    let backend = CUDABackend.device(ordinal)
    backend.timesPlans = true
    var work = NetworkWork(
      Workload(
        name: "launches", kind: .step, precision: f32 ? .f32 : .bf16, batch: batch,
        network: network, size: size), on: .cuda(ordinal))
    for _ in 0..<3 { work.run() }
    let times = backend.timingLaunches { work.run() }
    print("| kernel | launches | ms |\n|---|--:|--:|")
    for time in times {
      print("| \(time.name) | \(time.launches) | \(time.milliseconds.text(3)) |")
    }
    let (count, sum) = times.reduce((0, 0.0)) { ($0.0 + $1.launches, $0.1 + $1.milliseconds) }
    print("| all | \(count) | \(sum.text(3)) |")
  }
}
