extension RankGroup {
  /// What every rank has, in the order of ranks; parts may differ in length.
  public func gather(
    _ bytes: [UInt8], _ operation: Heading.Operation = .gathering
  ) throws(RankError) -> [[UInt8]] {
    var lengths = [Double](repeating: 0, count: count)
    lengths[rank] = Double(bytes.count)
    lengths = try sum(lengths, operation)
    var all = lengths.map { [UInt8](repeating: 0, count: Int($0)) }
    all[rank] = bytes
    for distance in 1..<max(1, count) {
      let (to, from) = ((rank + distance) % count, (rank + count - distance) % count)
      // All have the same heading, whatever the lengths.
      let heading = next(operation, count: Int(lengths.reduce(0, +)))
      try bytes.withUnsafeBufferPointer { out throws(RankError) in
        try all[from].withUnsafeMutableBufferPointer { into throws(RankError) in
          try exchange(heading, send: .init(out), to: to, receive: .init(into), from: from)
        }
      }
    }
    return all
  }

  /// What rank 0 has.
  public func broadcast(_ bytes: [UInt8]) throws(RankError) -> [UInt8] {
    try gather(isFirst ? bytes : [], .broadcast)[0]
  }

  /// Whether any rank says so.
  public func any(_ flag: Bool) throws(RankError) -> Bool {
    try sum([flag ? 1 : 0], .flags)[0] > 0
  }

  /// Throws, on all ranks alike, where one has another value of something that all must have in
  /// common, and says which.
  public func agree(on facts: [(name: String, value: String)]) throws(RankError) {
    let mine = facts.map { "\($0.name)\u{1}\($0.value)" }.joined(separator: "\u{2}")
    let all = try gather(Array(mine.utf8), .agreement).map { bytes in
      String(decoding: bytes, as: UTF8.self).split(separator: "\u{2}").map { fact in
        fact.split(separator: "\u{1}", maxSplits: 1, omittingEmptySubsequences: false)
          .map(String.init)
      }
    }
    for (other, theirs) in all.enumerated() where theirs != all[0] {
      let pair = zip(all[0], theirs).first { $0 != $1 }
      let (first, second) = pair ?? (all[0].last ?? [], theirs.last ?? [])
      throw .differs(
        "ranks differ in \(first.first ?? "what they say"): rank 0 has \(first.last ?? "nothing"), "
          + "rank \(other) has \(second.last ?? "nothing"); all must have the same")
    }
  }
}
