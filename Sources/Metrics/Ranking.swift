/// The positions of `scores` from the highest score to the lowest; equal scores keep their order.
///
/// Traps on a score that is not a number: such a ranking would mean nothing.
public func ranking(_ scores: some RandomAccessCollection<Double>, of what: String) -> [Int] {
  let scores = Array(scores)
  if let bad = scores.firstIndex(where: \.isNaN) {
    fatalError("\(what): score \(bad) is not a number; has the network diverged?")
  }
  return scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
}
