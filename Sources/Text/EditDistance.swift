extension String {
  /// The number of characters to insert, remove or replace to get from one to the other
  /// (Levenshtein 1966).
  public func distance(to other: String) -> Int {
    let other = Array(other.utf8)
    var row = Array(0...other.count)
    for (i, a) in utf8.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in other.enumerated() {
        (diagonal, row[j + 1]) = (
          row[j + 1], a == b ? diagonal : 1 + Swift.min(diagonal, row[j], row[j + 1])
        )
      }
    }
    return row[other.count]
  }
}

extension Sequence<String> {
  /// Those first that read most like `name`; among equals in the order that they have.
  public func sorted(byLikenessTo name: String) -> [String] {
    sorted { $0.distance(to: name) }
  }

  /// The same by another measure of unlikeness.
  public func sorted(by unlikeness: (String) -> Int) -> [String] {
    enumerated().map { (place: $0, name: $1, unlikeness: unlikeness($1)) }
      .sorted { ($0.unlikeness, $0.place) < ($1.unlikeness, $1.place) }.map(\.name)
  }
}
