/// Which rows of a dataset (positions along its first axis) to read.
public enum HDF5Rows: Sendable, Hashable {
  /// All of them.
  case all
  /// Consecutive rows.
  case range(Range<Int>)
  /// Rows in the order listed; a row may come twice.
  case list([Int])

  /// Runs of consecutive rows, and how many rows they are together; nil where `count` is exceeded.
  func runs(of count: Int) -> (runs: [Range<Int>], total: Int)? {
    switch self {
    case .all: return ([0..<count], count)
    case .range(let range):
      return range.lowerBound >= 0 && range.upperBound <= count ? ([range], range.count) : nil
    case .list(let rows):
      var runs: [Range<Int>] = []
      for row in rows {
        guard row >= 0, row < count else { return nil }
        if let last = runs.last, last.upperBound == row {
          runs[runs.count - 1] = last.lowerBound..<row + 1
        } else {
          runs.append(row..<row + 1)
        }
      }
      return (runs, rows.count)
    }
  }

  /// The rows in few words, for an error message.
  var bounds: String {
    switch self {
    case .all: "all"
    case .range(let range): "\(range)"
    case .list(let rows): "\(rows.min() ?? 0)...\(rows.max() ?? 0)"
    }
  }
}

extension [Int] {
  /// The product of these sizes, or nil where it exceeds `Int` or a size is negative.
  var checkedProduct: Int? {
    var product = 1
    for size in self {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      if overflow || size < 0 { return nil }
      product = next
    }
    return product
  }
}
