/// What ranks do together: said before every message, so that ranks that are out of step name what
/// they are at and do not wait for ever.
public struct Heading: Equatable, Sendable, CustomStringConvertible {
  /// What is done.
  public enum Operation: Int64, Sendable, CaseIterable {
    /// Comparing what all must have in common.
    case agreement = 1
    /// Gradients of weights.
    case gradients
    /// Sums of batch normalization.
    case statistics
    /// Losses and other numbers of a step.
    case losses
    /// Parts that all of them get.
    case gathering
    /// What rank 0 knows.
    case broadcast
    /// Whether anybody wants to stop.
    case flags
  }

  /// What is done.
  public var operation: Operation
  /// Numbers or bytes of the message.
  public var count: Int
  /// Operations before it.
  public var place: Int
  /// Steps before it.
  public var step: Int

  static let byteCount = 32

  var bytes: [UInt8] {
    [operation.rawValue, Int64(count), Int64(place), Int64(step)].flatMap { number in
      withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
  }

  init(_ operation: Operation, count: Int, place: Int, step: Int) {
    (self.operation, self.count, self.place, self.step) = (operation, count, place, step)
  }

  /// Nil where the bytes are none.
  init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    let numbers = stride(from: 0, to: bytes.count, by: 8).map { at in
      Int64(bitPattern: (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[at + $1]) << (8 * $1) })
    }
    guard let operation = Operation(rawValue: numbers[0]) else { return nil }
    self.init(
      operation, count: Int(numbers[1]), place: Int(numbers[2]), step: Int(numbers[3]))
  }

  /// Such as `gradients of 3200 (operation 41, step 7)`.
  public var description: String {
    "\(operation) of \(count) (operation \(place), step \(step))"
  }
}
