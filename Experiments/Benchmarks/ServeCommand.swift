internal import ArgumentParser
internal import Backends
internal import Foundation

/// What a program says of a workload.
struct Answer: Codable {
  /// The seconds of each repetition.
  var seconds: [Double]
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

  func run() throws {
    CPUBackend.shared.threads = threads
    let device = try Device(named: device)
    var program = "pigment, oneDNN \(CPUBackend.shared.libraries["oneDNN"] ?? "?")"
    if case .cuda(let ordinal) = device {
      let backend = CUDABackend.device(ordinal)
      backend.timesPlans = true
      program =
        "pigment, cuDNN \(backend.libraries["cuDNN"] ?? "?"), \(backend.libraries[backend.name]!)"
    }
    let encoder = JSONEncoder()
    while let line = readLine() {
      let workload = try JSONDecoder().decode(Workload.self, from: Data(line.utf8))
      let seconds: [Double]
      switch workload.kind {
      case .convolution:
        let work = ConvolutionWork(workload, on: device)
        seconds = Self.times(workload.repeats) { work.run() }
      case .step, .inference:
        var work = NetworkWork(workload, on: device)
        seconds = Self.times(workload.repeats) { work.run() }
      }
      let peak = device == .cpu ? Self.peakBytes : device.backend.peakBytes
      let answer = Answer(seconds: seconds, peakBytes: peak, program: program)
      try FileHandle.standardOutput.write(
        contentsOf: try encoder.encode(answer) + [UInt8(ascii: "\n")])
    }
  }

  private static func times(_ repeats: Int, _ body: () -> Void) -> [Double] {
    body()
    let clock = ContinuousClock()
    return (0..<repeats).map { _ in clock.measure(body) / .seconds(1) }
  }

  /// The largest resident size of this process so far.
  private static var peakBytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}
