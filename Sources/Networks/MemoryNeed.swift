public import Processes
internal import Text

/// The least memory that work on batches takes, reckoned from shapes before any of it is had: what
/// it cannot do without. What kernels take besides is not counted, so that nothing that fits is
/// refused.
public struct MemoryNeed: Sendable, Hashable {
  /// Bytes whatever the batch: weights, their gradients, what the optimizer remembers.
  public var fixed: Double
  /// Bytes of each picture of a batch: activations kept for the way back, batches made ahead.
  public var perPicture: Double

  /// A need of so many bytes.
  public init(fixed: Double, perPicture: Double) {
    (self.fixed, self.perPicture) = (fixed, perPicture)
  }

  /// Bytes for batches of so many pictures.
  public func bytes(batchSize: Int) -> Double { fixed + perPicture * Double(batchSize) }

  /// Throws where batches of this size need more than the process can have; `setting` names what
  /// sets it.
  public func require(
    batchSize: Int, setting: String, of available: AvailableMemory? = .ofProcess()
  ) throws(MemoryShortage) {
    guard let available, bytes(batchSize: batchSize) > Double(available.bytes) else { return }
    let room = (Double(available.bytes) - fixed) / max(1, perPicture)
    throw MemoryShortage(
      need: bytes(batchSize: batchSize), available: available, setting: setting,
      batchSize: batchSize, largest: Int(max(0, min(room, Double(batchSize)))))
  }
}

/// Work that needs more memory than there is, found out before it is begun.
public struct MemoryShortage: Error, Equatable, CustomStringConvertible {
  /// Bytes that it needs at least.
  public let need: Double
  /// What there is.
  public let available: AvailableMemory
  /// What sets the batch.
  public let setting: String
  /// Pictures of a batch, and the most for which the reckoned bytes would be there; 0 for none.
  public let batchSize: Int, largest: Int

  /// The numbers and the remedy.
  public var description: String {
    let bytes = Table.size(Int(min(need, 1e18)))
    return "out of memory: \(setting) \(batchSize) needs at least \(bytes), and "
      + "\(Table.size(available.bytes)) can be had (\(available.reason)); "
      + (largest > 0
        ? "the largest \(setting) that may fit is \(largest)"
        : "no batch fits: take a smaller network or pictures, or a machine with more memory")
  }
}
