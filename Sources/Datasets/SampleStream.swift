public import Randomness
internal import Synchronization

/// An endless sequence of batches over some records, each epoch in an order of its own.
///
/// Batch `i` is a pure function of (records, batch size, key, i), so worker threads may ask for
/// batches in any order and a resumed run goes on exactly where it stopped. Batches run across the
/// ends of epochs; no sample is left out.
public final class SampleStream: Sendable {
  /// One sample of a batch.
  public struct Sample: Hashable, Sendable {
    /// The position of the record in its dataset.
    public let record: Int
    /// How often all records were visited before.
    public let epoch: Int
    /// The randomness of this sample in this epoch.
    public let key: RandomKey
  }

  /// The records that are visited.
  public let records: [Int]
  /// Samples per batch.
  public let batchSize: Int
  private let key: RandomKey
  private let orders = Mutex<[Int: [Int]]>([:])

  /// Batches of `batchSize` over `records`, which must not be empty.
  public init(records: [Int], batchSize: Int, key: RandomKey) {
    precondition(!records.isEmpty && batchSize > 0, "SampleStream: no records or no batch size")
    self.records = records
    self.batchSize = batchSize
    self.key = key
  }

  /// The samples of batch `number`, counted from 0.
  public func batch(_ number: Int) -> [Sample] {
    (number * batchSize..<(number + 1) * batchSize).map { position in
      let epoch = position / records.count
      let record = records[order(of: epoch)[position % records.count]]
      return Sample(
        record: record, epoch: epoch, key: key.folding("sample").folding(epoch).folding(record))
    }
  }

  private func order(of epoch: Int) -> [Int] {
    orders.withLock { orders in
      if let known = orders[epoch] { return known }
      let order = BatchOrder.order(count: records.count, epoch: epoch, key: key)
      orders = orders.filter { $0.key >= epoch - 1 }  // workers are never more than an epoch apart
      orders[epoch] = order
      return order
    }
  }
}
