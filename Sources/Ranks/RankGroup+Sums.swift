extension RankGroup {
  /// Below so many bytes whole sums travel: fewer messages, the same bits.
  static let smallest = 4096

  /// Sums numbers over all ranks, in place, along the tree.
  ///
  /// Many are summed in parts: each rank ends up with the sum of one part, then all get all parts
  /// (recursive halving and doubling). A rank sends 2(N - 1) / N times as many bytes as there are,
  /// as in a ring.
  public func add<Number: BinaryFloatingPoint & BitwiseCopyable>(
    _ numbers: UnsafeMutableBufferPointer<Number>, _ operation: Heading.Operation
  ) throws(RankError) {
    let isSmall = numbers.count * MemoryLayout<Number>.stride <= Self.smallest
    let scratch = UnsafeMutableBufferPointer<Number>.allocate(
      capacity: isSmall ? numbers.count : numbers.count / 2 + 1)
    defer { scratch.deallocate() }
    if isSmall {
      for bit in bits {
        try swap(operation, with: rank ^ bit, numbers, scratch)
        for place in numbers.indices { numbers[place] += scratch[place] }
      }
      return
    }
    var mine = 0..<numbers.count
    var parts: [(bit: Int, mine: Range<Int>, theirs: Range<Int>)] = []
    for bit in bits {
      let middle = mine.lowerBound + mine.count / 2
      let (low, high) = (mine.lowerBound..<middle, middle..<mine.upperBound)
      let (kept, given) = rank & bit == 0 ? (low, high) : (high, low)
      try swap(
        operation, with: rank ^ bit, .init(rebasing: numbers[given]),
        .init(rebasing: scratch[..<kept.count]))
      for place in kept { numbers[place] += scratch[place - kept.lowerBound] }
      parts.append((bit, kept, given))
      mine = kept
    }
    for (bit, kept, given) in parts.reversed() {
      try swap(
        operation, with: rank ^ bit, .init(rebasing: numbers[kept]),
        .init(rebasing: numbers[given]))
    }
  }

  /// Sums numbers over all ranks.
  public func sum(
    _ numbers: [Double], _ operation: Heading.Operation
  ) throws(RankError) -> [Double] {
    var sums = numbers
    try sums.withUnsafeMutableBufferPointer { sums throws(RankError) in try add(sums, operation) }
    return sums
  }

  /// Sums by the library's own order: faster on many hosts, and other bits for another number of
  /// ranks.
  public func addAnyhow(_ numbers: UnsafeMutableBufferPointer<Float>) throws(RankError) {
    let ticket = try call { transport throws(RankError) in try transport.sum(numbers) }
    try wait(for: [ticket])
  }

  private var bits: [Int] { (0..<count.trailingZeroBitCount).map { 1 << $0 } }

  private func swap<Number>(
    _ operation: Heading.Operation, with other: Int, _ out: UnsafeMutableBufferPointer<Number>,
    _ into: UnsafeMutableBufferPointer<Number>
  ) throws(RankError) {
    // Halves of an odd number differ by one, so the heading counts both.
    try exchange(
      next(operation, count: out.count + into.count), send: .init(out), to: other,
      receive: .init(into), from: other)
  }
}
