public import Randomness

/// The order in which an epoch visits its records.
public enum BatchOrder {
  /// A permutation of 0 ..< `count` that depends on the key and the epoch only, so that a resumed
  /// run visits the same records as one that was never stopped.
  public static func order(count: Int, epoch: Int, key: RandomKey) -> [Int] {
    precondition(count >= 0 && epoch >= 0, "BatchOrder.order: count \(count), epoch \(epoch)")
    var stream = key.folding("batch order").folding(epoch).stream()
    return stream.permutation(count)
  }
}
