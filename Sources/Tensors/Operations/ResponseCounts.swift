public import Backends

/// How often each channel gave which numbers, counted on the device where the maps are, so that
/// only the counts leave it.
public struct ResponseCounts {
  private var counts: Tensor
  /// Numbers of each channel that were counted. A bin holds no more than 2^31 - 1.
  public private(set) var total = 0

  /// Nothing counted yet.
  public init(channels: Int, on device: Device) {
    counts = Self.zeros(channels, device)
  }

  /// Counts the elements of maps [n, channels, h, w]; nothing waits for it.
  public mutating func add(_ maps: Tensor) {
    maps.requireSameDevice(counts, "ResponseCounts")
    total += maps.shape[0] * maps.shape.plane
    require(total <= Int(Int32.max), "ResponseCounts: \(total) numbers of a channel are too many")
    if !counts.isOwnedAlone {
      counts = Tensor(counts.device.backend.copied(counts.storage), on: counts.device)
    }
    counts.device.backend.countResponses(maps.storage, into: counts.storage)
  }

  /// What was counted, [channels, `ResponseBins.count`], which begins anew; waits for the device.
  public mutating func take() -> [Int32] {
    defer {
      counts = Self.zeros(counts.shape[0], counts.device)
      total = 0
    }
    return counts.indices
  }

  private static func zeros(_ channels: Int, _ device: Device) -> Tensor {
    Tensor(filledWith: 0, shape: [channels, ResponseBins.count], dtype: .i32, on: device)
  }
}
