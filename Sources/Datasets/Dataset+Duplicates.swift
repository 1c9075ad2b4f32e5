/// Pictures that are the same file, byte for byte.
extension Dataset {
  /// Groups of records of which all have the same bytes, each in ascending order, by their first.
  /// Only pictures of one length and checksum are read, so that without duplicates none is.
  public func duplicates(among records: [Int]? = nil) throws(DatasetError) -> [[Int]] {
    var alike: [FileMark: [Int]] = [:]
    for record in records ?? Array(0..<count) {
      alike[mark(of: record), default: []].append(record)
    }
    var groups: [[Int]] = []
    for candidates in alike.values where candidates.count > 1 {
      var same: [[UInt8]: [Int]] = [:]
      for record in candidates { same[try bytes(of: record), default: []].append(record) }
      groups += same.values.filter { $0.count > 1 }.map { $0.sorted() }
    }
    return groups.sorted { $0[0] < $1[0] }
  }

  /// The pairs of one of these `records` and one of `others` of another dataset, or of this one,
  /// that have the same bytes; a record is no pair with itself. Where several of the others are
  /// alike, one of them stands for all.
  public func shared(
    _ records: [Int], with others: [Int], of other: Dataset? = nil
  ) throws(DatasetError) -> [(record: Int, other: Int)] {
    let second = other ?? self
    let marks = Set(others.map { second.mark(of: $0) })
    let own = other == nil ? Set(others) : []
    let suspects = records.filter { marks.contains(mark(of: $0)) && !own.contains($0) }
    guard !suspects.isEmpty else { return [] }
    let wanted = Set(suspects.map { mark(of: $0) })
    var known: [[UInt8]: Int] = [:]
    for record in others where wanted.contains(second.mark(of: record)) {
      known[try second.bytes(of: record)] = record
    }
    var pairs: [(record: Int, other: Int)] = []
    for record in suspects {
      if let same = known[try bytes(of: record)] { pairs.append((record, same)) }
    }
    return pairs
  }

  /// What two files with the same bytes have in common, without reading them.
  private struct FileMark: Hashable {
    let length: Int
    let checksum: UInt32
  }

  private func mark(of record: Int) -> FileMark {
    let (blob, row) = picturePlace(of: record)
    return FileMark(length: blob.range(of: row).count, checksum: blob.checksums[row])
  }
}
