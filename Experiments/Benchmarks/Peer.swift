internal import Foundation

/// A program that answers workloads: this one, or PyTorch's.
final class Peer {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var rest = Data()
  private let command: [String]

  /// Starts `command` with its threads bound to cores.
  init(_ command: [String], threads: Int) throws {
    self.command = command
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    process.standardInput = input
    process.standardOutput = output
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["OMP_NUM_THREADS": "\(threads)", "OMP_PROC_BIND": "true", "OMP_PLACES": "cores"]
    ) { $1 }
    try process.run()
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// The program's answer; an error when it ends without one.
  func ask(_ workload: Workload) throws -> Answer {
    var line = try JSONEncoder().encode(workload)
    line.append(UInt8(ascii: "\n"))
    try input.fileHandleForWriting.write(contentsOf: line)
    while true {
      if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let answer = rest[..<end]
        rest = Data(rest[rest.index(after: end)...])
        return try JSONDecoder().decode(Answer.self, from: answer)
      }
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw NoAnswer(command: command, workload: workload.name) }
      rest += more
    }
  }

  /// A program ended in the middle of its work.
  struct NoAnswer: Error, CustomStringConvertible {
    let command: [String]
    let workload: String
    var description: String {
      "\(command.joined(separator: " ")): ended without an answer to '\(workload)'; see its message"
    }
  }
}
