internal import ArgumentParser
internal import Foundation
internal import Processes
internal import Ranks
internal import Runs
internal import Text

/// A command that several processes share, where a launcher such as mpirun started them. All others
/// would do their work several times over, and are refused.
protocol SharedByProcesses: ParsableCommand {}

/// The processes that this one was started with.
enum SeveralProcesses {
  /// Where the program is, and so the shared objects of MPI libraries.
  static var folder: String {
    EnvironmentRecord.programFolder ?? "."
  }

  /// The group of all; nil where this process stands alone.
  static func joined() throws(RankError) -> RankGroup? {
    try RankGroup.launched(by: ProcessInfo.processInfo.environment, folder: folder)
  }

  /// Refuses a command that one process does, where it was started as one of several.
  static func check(_ command: any ParsableCommand) throws {
    guard !(command is any SharedByProcesses),
      let launch = LaunchedBy(ProcessInfo.processInfo.environment)
    else { return }
    throw ValidationError(
      "this command runs as one process, and \(launch.library.words) started it as one of "
        + "\(launch.count); start it without a launcher")
  }
}

/// How fast processes reach each other, and whether their sums have the bits that they should.
struct RankCheck: Encodable {
  let library: String
  let processes: Int
  /// Microseconds of a sum of one number.
  let latency: Double
  /// Gigabytes a second that a process sends while many numbers are summed.
  let bandwidth: Double

  /// Measures; every process of the group must.
  init(_ group: RankGroup) throws {
    library = group.name
    processes = group.count
    try group.agree(on: [(name: "program", value: EnvironmentRecord.programDigest ?? "")])
    let clock = ContinuousClock()
    var begin = clock.now
    for _ in 0..<200 { _ = try group.sum([1], .losses) }
    latency = (clock.now - begin).seconds / 200 * 1e6
    // Sums that depend on the order of adding, beside the same sums of one process.
    func part(_ rank: Int, _ count: Int) -> [Float] {
      (0..<count).map { Float(($0 * 7919 + rank * 104_729) % 20_011 - 10_005) * 1.7e-3 }
    }
    let count = 1 << 22
    var numbers = part(group.rank, count)
    let sent = group.bytesSent
    begin = clock.now
    try numbers.withUnsafeMutableBufferPointer { try group.add($0, .gradients) }
    bandwidth = Double(group.bytesSent - sent) / (clock.now - begin).seconds / 1e9
    let few = 10_000
    var tree = (0..<group.count).map { part($0, few) }
    while tree.count > 1 {
      tree = stride(from: 0, to: tree.count, by: 2).map { at in
        zip(tree[at], tree[at + 1]).map { $0 + $1 }
      }
    }
    guard tree[0] == Array(numbers.prefix(few)) else {
      throw RankError.differs(
        "sums over \(group.count) processes have other bits than those of one")
    }
  }

  /// A line.
  var words: String {
    "\(processes) processes joined by \(library): \(Table.number(latency, digits: 1)) µs for a "
      + "sum of one number, \(Table.number(bandwidth, digits: 2)) GB/s; sums have the bits of one "
      + "process"
  }
}
