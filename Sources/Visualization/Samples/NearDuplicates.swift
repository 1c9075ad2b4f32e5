public import Datasets
internal import Images
internal import Inputs
public import Text

/// Pictures of a dataset that look the same, and what its splits have in common.
public struct NearDuplicates: Sendable {
  /// Two pictures that look the same.
  public struct Pair: Sendable, Equatable {
    /// The records.
    public let first: Int, second: Int
    /// Bits of their hashes that differ; nil where they are the same file, byte for byte.
    public let distance: Int?
    /// Whether one of them is in a split of which the other is not.
    public let isAcross: Bool
  }

  /// What two splits have in common.
  public struct Overlap: Sendable, Equatable {
    /// Their names.
    public let splits: [String]
    /// Records that are in both.
    public let records: Int
    /// Pairs of a record of one and one of the other, neither in both, that are the same file or
    /// look the same.
    public let same: Int, near: Int
  }

  /// The pairs, those across splits first, then the most alike.
  ///
  /// Of pictures that are the same file, or have the same hash, each is paired with the first of
  /// those in the same splits and the first of those in others; only these first pictures stand in
  /// pairs that are less alike.
  public let pairs: [Pair]
  /// The pairs of splits that have something in common.
  public let overlaps: [Overlap]
  /// Pictures of nearly one lightness, which were compared by their bytes alone.
  public let flat: Int
  private let ids: [String]
  private let splitNames: [[String]]

  /// Looks at all records, with pictures made ahead on `threads`; `limit` is how many bits of 64
  /// may differ.
  public init(
    in dataset: Dataset, within limit: Int, threads: Int,
    visited: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    let hashes = Prefetcher(
      range: 0..<dataset.count, threads: threads, ahead: 4 * threads
    ) { record in
      // Small pictures are enough for 9 x 8 places.
      HashOfRecord(hash: PerceptualHash(try dataset.picture(record, .reduced(toSide: 64))))
    }
    var all: [PerceptualHash?] = []
    while let next = try hashes.next() {
      all.append(next.hash)
      visited(all.count, dataset.count)
    }
    flat = all.count { $0 == nil }
    var members = [Set<String>](repeating: [], count: dataset.count)
    for (name, records) in dataset.splits { for record in records { members[record].insert(name) } }
    var found: [Pair] = []
    var same: Set<[Int]> = []
    // Thousands of pictures may be the same: each is paired with the first of each kind of splits.
    func firsts(_ group: [Int]) -> [Int] {
      Dictionary(group.map { (members[$0], $0) }) { first, _ in first }.values.sorted()
    }
    func chained(_ group: [Int]) -> [(first: Int, second: Int)] {
      let firsts = firsts(group)
      return group.flatMap { record in
        // Of two firsts the later one is paired with the earlier.
        firsts.filter { $0 < record || ($0 > record && !firsts.contains(record)) }
          .map { (first: min($0, record), second: max($0, record)) }
      }
    }
    func add(_ first: Int, _ second: Int, _ distance: Int?) {
      let across = members[first].symmetricDifference(members[second])
      found.append(
        Pair(first: first, second: second, distance: distance, isAcross: !across.isEmpty))
    }
    for group in try dataset.duplicates() {
      for (first, second) in chained(group) {
        add(first, second, nil)
        same.insert([first, second])
      }
    }
    let alike = Dictionary(grouping: all.indices.filter { all[$0] != nil }) { all[$0]! }
    var others = [PerceptualHash?](repeating: nil, count: all.count)
    for (hash, group) in alike {
      for (first, second) in chained(group) where !same.contains([first, second]) {
        add(first, second, 0)
      }
      for record in firsts(group) { others[record] = hash }
    }
    for pair in PerceptualHash.pairs(of: others, within: limit) where pair.distance > 0 {
      add(pair.first, pair.second, pair.distance)
    }
    pairs = found.sorted {
      ($0.isAcross ? 0 : 1, $0.distance ?? -1, $0.first, $0.second)
        < ($1.isAcross ? 0 : 1, $1.distance ?? -1, $1.first, $1.second)
    }
    ids = dataset.ids
    splitNames = members.map { $0.sorted() }
    overlaps = Self.overlaps(of: dataset, members, found)
  }

  private struct HashOfRecord: Sendable { let hash: PerceptualHash? }

  private static func overlaps(
    of dataset: Dataset, _ members: [Set<String>], _ pairs: [Pair]
  ) -> [Overlap] {
    let names = dataset.splits.keys.sorted()
    return names.indices.flatMap { one in
      names[(one + 1)...].compactMap { other in
        let both: Set = [names[one], other]
        let records = members.count { both.isSubset(of: $0) }
        let between = pairs.filter { pair in
          let (first, second) = (members[pair.first], members[pair.second])
          return
            (first.isDisjoint(with: [other]) && first.contains(names[one])
            && second.isDisjoint(with: [names[one]]) && second.contains(other))
            || (first.isDisjoint(with: [names[one]]) && first.contains(other)
              && second.isDisjoint(with: [other]) && second.contains(names[one]))
        }
        guard records + between.count > 0 else { return nil }
        return Overlap(
          splits: [names[one], other], records: records,
          same: between.count { $0.distance == nil }, near: between.count { $0.distance != nil })
      }
    }
  }

  /// The overlaps, a row for each two splits.
  public var overlapTable: Table {
    var table = Table(
      ["splits", "records in both", "same files", "near duplicates"],
      alignments: [.left, .right, .right, .right])
    for one in overlaps {
      table.add([
        one.splits.joined(separator: " and "), "\(one.records)", "\(one.same)", "\(one.near)",
      ])
    }
    return table
  }

  /// The first pairs, a row for each.
  public func pairTable(atMost count: Int) -> Table {
    var table = Table(
      ["bits", "record", "splits", "like", "its splits"],
      alignments: [.right, .left, .left, .left, .left])
    for pair in pairs.prefix(count) {
      table.add([
        pair.distance.map { "\($0)" } ?? "same file", ids[pair.first],
        splitNames[pair.first].joined(separator: ", "), ids[pair.second],
        splitNames[pair.second].joined(separator: ", "),
      ])
    }
    return table
  }
}
