public import Randomness

/// Divides the records of a dataset, or of one of its splits, into new splits in which each class
/// has its share.
///
///     let splitter = DatasetSplitter(parts: [("half1", 0.5), ("half2", 0.5)])
///     let report = try splitter.write("voc.h5", of: "trainval", to: "halves.h5")
///
/// Records with several classes are placed by iterative stratification: those of the rarest class
/// first, each into the part that lacks most of it.
///
/// - Source: Sechidis, Tsoumakas & Vlahavas, "On the Stratification of Multi-label Data", ECML PKDD
///   2011, algorithm 1.
public struct DatasetSplitter {
  /// The new splits, and the fraction of the records that each gets; together at most 1.
  public var parts: [(name: String, fraction: Double)]
  /// Decides which records go where.
  public var key: RandomKey

  /// Divides into these parts.
  public init(parts: [(name: String, fraction: Double)], key: RandomKey) {
    (self.parts, self.key) = (parts, key)
  }

  /// Writes a dataset with all records and splits of the one at `path` and the new splits of
  /// `split`, or of all records where it is nil.
  public func write(
    _ path: String, of split: String?, to output: String,
    progress: (BuildProgress) -> Void = { _ in }
  ) throws(DatasetError) -> BuildReport {
    let dataset = try Dataset(opening: path)
    let records = try split.map { name throws(DatasetError) in try dataset.indices(ofSplit: name) }
    var merger = DatasetMerger(parts: [.init(path)])
    merger.newSplits = try divided(records ?? Array(0..<dataset.count), of: dataset)
    for name in parts.map(\.name) where dataset.splits[name] != nil {
      throw DatasetError(
        file: path, record: "split '\(name)'", problem: "it is there already",
        remedy: "give the new split another name")
    }
    return try merger.build(to: output, progress: progress)
  }

  /// The records of each part, in ascending order.
  public func divided(_ records: [Int], of dataset: Dataset) throws(DatasetError) -> [String: [Int]]
  {
    let sum = parts.reduce(0) { $0 + $1.fraction }
    guard parts.allSatisfy({ $0.fraction > 0 }), sum <= 1 + 1e-9, !parts.isEmpty else {
      throw DatasetError(
        file: dataset.path, problem: "the fractions of the parts are \(parts.map(\.fraction))",
        remedy: "give positive ones that sum to at most 1")
    }
    guard Set(parts.map(\.name)).count == parts.count else {
      throw DatasetError(
        file: dataset.path, problem: "two parts have the same name", remedy: "name each once")
    }
    var stream = key.stream()
    let order = stream.permutation(records.count).map { records[$0] }
    // What no part gets is a part without a name.
    let fractions = parts.map(\.fraction) + (sum < 1 - 1e-9 ? [1 - sum] : [])
    let placed = Stratification(fractions).places(of: order.map { dataset.shownClasses(of: $0) })
    var result: [String: [Int]] = [:]
    for (record, place) in zip(order, placed) where place < parts.count {
      result[parts[place].name, default: []].append(record)
    }
    for part in parts where result[part.name] == nil {
      throw DatasetError(
        file: dataset.path, record: "split '\(part.name)'",
        problem: "none of \(records.count) records falls into it",
        remedy: "give it a larger fraction, or divide more records")
    }
    return result.mapValues { $0.sorted() }
  }
}

/// Iterative stratification of items that show any number of classes.
public struct Stratification {
  private let fractions: [Double]

  /// Into parts of these fractions of the items, which sum to 1.
  public init(_ fractions: [Double]) { self.fractions = fractions }

  /// The part that each item goes to, by the classes that it shows; of equally good ones the first.
  public func places(of items: [[Int]]) -> [Int] {
    var places = [Int](repeating: -1, count: items.count)
    let classCount = (items.joined().max() ?? -1) + 1
    var members = [[Int]](repeating: [], count: classCount)
    for (item, classes) in items.enumerated() {
      for name in classes { members[name].append(item) }
    }
    var waiting = members.map(\.count)
    var wanted = fractions.map { $0 * Double(items.count) }
    var wantedOfClass = fractions.map { fraction in waiting.map { fraction * Double($0) } }
    func place(_ item: Int, by name: Int?) {
      let part = fractions.indices.max { a, b in
        let (first, second) = (name.map { wantedOfClass[a][$0] }, name.map { wantedOfClass[b][$0] })
        // The first of equals stays the largest.
        return (first ?? 0, wanted[a], -a) < (second ?? 0, wanted[b], -b)
      }!
      places[item] = part
      wanted[part] -= 1
      for name in items[item] {
        wantedOfClass[part][name] -= 1
        waiting[name] -= 1
      }
    }
    while let rarest = waiting.indices.filter({ waiting[$0] > 0 }).min(by: {
      (waiting[$0], $0) < (waiting[$1], $1)
    }) {
      for item in members[rarest] where places[item] < 0 { place(item, by: rarest) }
    }
    for item in items.indices where places[item] < 0 { place(item, by: nil) }
    return places
  }
}

extension Dataset {
  /// The classes that a picture is known to show.
  fileprivate func shownClasses(of record: Int) -> [Int] {
    if let label = label(of: record) { return [label] }
    guard let row = presence(of: record) else {
      return Set(boxes(of: record).map(\.classIndex)).sorted()
    }
    return row.indices.filter { row[$0] == 1 }
  }
}
