#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The numbers of one `RandomKey`, in order.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private let key: UInt64
  private var position: UInt64 = 0
  private var spare: UInt64?

  /// The stream of `key`, from its beginning.
  public init(key: RandomKey) { self.key = key.bits }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    if let stored = spare {
      spare = nil
      return stored
    }
    let block = Philox.block(
      counter: (
        UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32), 0, 0
      ), key: key)
    position += 1
    spare = UInt64(block.2) | UInt64(block.3) << 32
    return UInt64(block.0) | UInt64(block.1) << 32
  }

  /// A number drawn uniformly from [0, 1), with 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number drawn uniformly from `range`.
  public mutating func uniform(in range: Range<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// An integer drawn uniformly from 0 ..< `count`; `count` is positive.
  public mutating func index(below count: Int) -> Int {
    precondition(count > 0, "RandomStream.index: there is nothing to choose from")
    return Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// True with probability `chance`.
  public mutating func chance(_ chance: Double) -> Bool { uniform() < chance }

  /// A number drawn from the standard normal distribution (Box and Muller 1958).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// A permutation of 0 ..< `count` (Fisher-Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, index(below: last + 1))
    }
    return order
  }
}
