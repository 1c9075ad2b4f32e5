/// Where a unit responded most in one photograph.
public struct Peak: Sendable, Hashable {
  /// The response.
  public var value: Float
  /// The photograph's place among all of the data set, sorted by id.
  public var rank: Int32
  /// The position in the unit's map; of equal responses the first, row by row.
  public var row, column: Int32
  /// What the photograph's mask says under the center of the position: 0 background, 255 where
  /// there is no mask or it leaves the pixel open, otherwise 1 + the class.
  public var label: UInt8

  /// A peak.
  public init(value: Float, rank: Int32, row: Int32, column: Int32, label: UInt8 = 255) {
    (self.value, self.rank, self.row, self.column) = (value, rank, row, column)
    self.label = label
  }

  /// Whether this stands before another: the larger response does; of equal ones that of the
  /// photograph whose id comes first. So the order of the data changes nothing.
  public func isBefore(_ other: Peak) -> Bool {
    value == other.value ? rank < other.rank : value > other.value
  }
}

/// The largest peaks of one unit, one per photograph: a heap whose root is the one that leaves
/// next.
public struct TopPeaks: Sendable, Equatable {
  /// How many are kept.
  public let capacity: Int
  private(set) var heap: [Peak] = []

  /// Room for `capacity` peaks.
  public init(capacity: Int) {
    precondition(capacity > 0, "TopPeaks: a capacity of \(capacity)")
    self.capacity = capacity
    heap.reserveCapacity(capacity)
  }

  /// The peaks, best first.
  public var sorted: [Peak] { heap.sorted { $0.isBefore($1) } }

  /// Whether a peak of this value and rank would be kept.
  @inline(__always)
  public func wants(_ value: Float, rank: Int32) -> Bool {
    heap.count < capacity
      || Peak(value: value, rank: rank, row: 0, column: 0).isBefore(heap[0])
  }

  /// Keeps a peak if it is among the best.
  public mutating func offer(_ peak: Peak) {
    if heap.count < capacity {
      heap.append(peak)
      var child = heap.count - 1
      while child > 0, heap[(child - 1) / 2].isBefore(heap[child]) {
        heap.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    } else if peak.isBefore(heap[0]) {
      heap[0] = peak
      var parent = 0
      while 2 * parent + 1 < heap.count {
        var child = 2 * parent + 1
        if child + 1 < heap.count, heap[child].isBefore(heap[child + 1]) { child += 1 }
        guard heap[parent].isBefore(heap[child]) else { break }
        heap.swapAt(parent, child)
        parent = child
      }
    }
  }
}
