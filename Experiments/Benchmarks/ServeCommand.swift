internal import ArgumentParser
internal import Backends
internal import Foundation

/// What a program says of a workload.
struct Answer: Codable {
  /// The seconds of each repetition.
  var seconds: [Double]
  /// The seconds of processor time of a repetition, over all threads; the peer does not say.
  var processorSeconds: Double?
  /// The most memory that the process has held so far.
  var peakBytes: Int
  /// The program and the libraries that computed.
  var program: String
}

/// `pigment-benchmarks serve`: reads workloads as JSON lines and answers each with its times, as
/// `peer.py` does; `compare` talks to both.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Answer workloads from standard input, as peer.py does.")

  @Option(help: "Threads.") var threads = 2
  @Option(help: "Where to compute, such as cuda:0.") var device = "cpu"
  @Flag(help: "On a GPU, start training steps in CUDA graphs.") var graph = false
  @Flag(help: "On a GPU, let single precision be rounded to TensorFloat-32.") var tf32 = false

  func run() throws {
    CPUBackend.shared.threads = threads
    let device = try Device(named: device)
    var program = "pigment, oneDNN \(CPUBackend.shared.libraries["oneDNN"] ?? "?")"
    if case .cuda(let ordinal) = device {
      let backend = CUDABackend.device(ordinal)
      backend.timesPlans = true
      backend.usesGraphs = graph
      backend.usesTF32 = tf32
      program =
        "pigment, cuDNN \(backend.libraries["cuDNN"] ?? "?"), \(backend.libraries[backend.name]!)"
        + (graph ? ", CUDA graphs" : "") + (tf32 ? ", TF32" : "")
    } else if graph || tf32 {
      throw ValidationError("--graph and --tf32 are for GPUs")
    }
    let encoder = JSONEncoder()
    while let line = readLine() {
      let workload = try JSONDecoder().decode(Workload.self, from: Data(line.utf8))
      let times: (clock: [Double], processor: Double)
      switch workload.kind {
      case .convolution:
        let work = ConvolutionWork(workload, on: device)
        times = Self.times(workload.repeats) { work.run() }
      case .step, .inference:
        var work = NetworkWork(workload, on: device)
        times = Self.times(workload.repeats) { work.run() }
      case .extraction, .units, .detection, .segmentation:
        var work = TaskWork(workload)
        times = Self.times(workload.repeats) { work.run() }
      case .statistics:
        var work = StatisticsWork(workload)
        times = Self.times(workload.repeats) { work.run() }
      case .feed, .reads:
        let work = try ReadingWork(workload, threads: threads)
        times = try Self.times(workload.repeats) { try work.run() }
      }
      let peak = device == .cpu ? try Self.peakBytes : device.backend.peakBytes
      let answer = Answer(
        seconds: times.clock, processorSeconds: times.processor, peakBytes: peak,
        program: program)
      try FileHandle.standardOutput.write(
        contentsOf: try encoder.encode(answer) + [UInt8(ascii: "\n")])
    }
  }

  /// The seconds of each repetition after a first one, and the mean of processor time.
  private static func times(
    _ repeats: Int, _ body: () throws -> Void
  ) rethrows -> (clock: [Double], processor: Double) {
    try body()
    let clock = ContinuousClock()
    let before = processorSeconds
    let seconds = try (0..<repeats).map { _ in try clock.measure(body) / .seconds(1) }
    return (seconds, (processorSeconds - before) / Double(repeats))
  }

  /// What all threads of this process have computed so far.
  private static var processorSeconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) {
      $0 + Double($1.tv_sec) + 1e-6 * Double($1.tv_usec)
    }
  }

  /// The largest resident size of this process so far. What getrusage says begins with that of the
  /// process which started it.
  private static var peakBytes: Int {
    get throws {
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      return 1024 * Int(line!.filter(\.isNumber))!
    }
  }
}
