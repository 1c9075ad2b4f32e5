internal import Datasets
internal import Studies

/// Pictures that data sets of a study have in common, byte for byte: what was learned from would be
/// tested on. Said when a study is planned.
enum SharedPictures {
  /// A sentence for each data set with the same picture in several splits under several names, and
  /// for each split that has pictures of another data set.
  static func words(in plan: StudyPlan) throws -> [String] {
    var seen: Set<String> = []
    var found: [String] = []
    var earlier: [(name: String, dataset: Dataset)] = []
    for name in plan.dataHashes.keys.sorted() where seen.insert(plan.dataHashes[name]!).inserted {
      let dataset = try Dataset(opening: plan.study.data[name]!.path, needing: .pictures)
      if let words = try within(dataset, name) { found.append(words) }
      for other in earlier {
        found += try between(dataset, name, other.dataset, other.name)
      }
      earlier.append((name, dataset))
    }
    return found
  }

  /// Pictures that are in one split under one name and in another, of which the first is none,
  /// under another.
  private static func within(_ dataset: Dataset, _ name: String) throws -> String? {
    let groups = try dataset.duplicates()
    guard !groups.isEmpty else { return nil }
    var members = [Set<String>](repeating: [], count: dataset.count)
    for (split, records) in dataset.splits {
      for record in records { members[record].insert(split) }
    }
    let across = groups.filter { Set($0.map { members[$0] }).count > 1 }
    guard let first = across.first else { return nil }
    let ids = first.prefix(2).map { "'\(dataset.ids[$0])'" }.joined(separator: " and ")
    let splits = Set(first.flatMap { members[$0] }).sorted().joined(separator: ", ")
    return "\(across.count) pictures of data set '\(name)' are in several splits under several "
      + "names, byte for byte: \(ids) (\(splits))"
  }

  private static func between(
    _ one: Dataset, _ name: String, _ other: Dataset, _ otherName: String
  ) throws -> [String] {
    let all = Array(0..<other.count)
    return try one.splits.keys.sorted().compactMap { split in
      let pairs = try one.shared(one.indices(ofSplit: split), with: all, of: other)
      guard let first = pairs.first else { return nil }
      let shared = Set(pairs.map(\.other))
      let places = other.splits.keys.sorted().compactMap { name -> String? in
        let count = other.splits[name]!.count { shared.contains($0) }
        return count > 0 ? "\(count) in \(name)" : nil
      }
      return "\(Set(pairs.map(\.record)).count) pictures of split '\(split)' of data set '\(name)' "
        + "are in data set '\(otherName)' as well, byte for byte"
        + (places.isEmpty ? "" : " (\(places.joined(separator: ", ")))")
        + ": '\(one.ids[first.record])' is '\(other.ids[first.other])'"
    }
  }
}
