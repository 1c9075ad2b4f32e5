/// Why the processes of one run cannot go on together.
public enum RankError: Error, Equatable, CustomStringConvertible {
  /// The library between them failed.
  case library(call: String, problem: String)
  /// A shared object for the library cannot be had.
  case noLibrary(problem: String)
  /// So many processes cannot share the work.
  case count(Int, allowed: [Int])
  /// Two processes ask for different things at the same place.
  case outOfStep(mine: String, rank: Int, theirs: String, otherRank: Int)
  /// Processes differ in what they must have in common.
  case differs(String)

  /// What happened, and what to do.
  public var description: String {
    switch self {
    case .library(let call, let problem): "MPI: \(call): \(problem)"
    case .noLibrary(let problem): problem
    case .count(let count, let allowed):
      "\(count) processes cannot share a batch in equal pieces; start "
        + allowed.map(String.init).joined(separator: ", ")
    case .outOfStep(let mine, let rank, let theirs, let otherRank):
      "processes are out of step: rank \(rank) is at \(mine), rank \(otherRank) at \(theirs); all "
        + "must run the same program with the same settings"
    case .differs(let what): what
    }
  }
}
