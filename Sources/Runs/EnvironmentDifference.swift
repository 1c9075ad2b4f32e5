internal import Processes

/// Something that numbers may depend on and that is another now than when a run began.
public struct EnvironmentDifference: Codable, Sendable, Equatable, CustomStringConvertible {
  /// What it is, such as `processor`.
  public let part: String
  /// What it was; nil where the run's record does not say.
  public let was: String?
  /// What it is now; nil where that is not known.
  public let now: String?

  /// A difference.
  public init(_ part: String, was: String?, now: String?) {
    self.part = part
    self.was = was
    self.now = now
  }

  /// Such as `threads: was 2, now 4`.
  public var description: String {
    "\(part): was \(was ?? "not recorded"), now \(now ?? "unknown")"
  }
}

extension EnvironmentRecord {
  /// What differs between this record of a run and `now`, of all that numbers may depend on to
  /// their last bit: processor, instructions, threads, device, libraries, and the program itself.
  public func differences(from now: EnvironmentRecord) -> [EnvironmentDifference] {
    var found: [EnvironmentDifference] = []
    func compare(_ part: String, _ was: String?, _ now: String?) {
      if was != now { found.append(EnvironmentDifference(part, was: was, now: now)) }
    }
    compare("processor", processor, now.processor)
    compare("instruction set", instructions, now.instructions)
    compare("threads", "\(threads)", "\(now.threads)")
    compare("device", device, now.device)
    for name in Set(libraries.keys).union(now.libraries.keys).sorted() {
      compare(name, libraries[name], now.libraries[name])
    }
    compare("version of pigment", pigment, now.pigment)
    compare("commit", commit, now.commit)
    compare("program", program.map { "\($0.prefix(12))" }, now.program.map { "\($0.prefix(12))" })
    return found
  }

  /// The commit, with `+changes` where files differed from it.
  private var commit: String? { gitCommit.map { $0 + (gitDirty == true ? "+changes" : "") } }
}

extension RunFolder {
  /// Says what is another than when the run began, a line each, and notes it in the journal; the
  /// run goes on all the same. It is a warning where numbers may differ.
  public func compare(
    with now: EnvironmentRecord, after step: Int, warn: (String) -> Void
  ) throws {
    let differences = try environment().differences(from: now)
    guard !differences.isEmpty else { return }
    let concernsBits = differences.contains { $0.part != "threads" }
    func say(_ words: String) { if concernsBits { warn(words) } else { Output.say(words) } }
    for difference in differences { say("\(path): \(difference)") }
    say(
      "\(path): goes on; "
        + (concernsBits
          ? "its numbers may differ in their last bits from a run that had not moved"
          : "the number of threads changes no bit where threadInvariant holds"))
    try journal.append(.environment(step: step, differences: differences))
  }
}
