public import Networks

/// Whether a step on the CPU gives the same bits for any number of threads.
public enum ThreadInvariance: String, Codable, Sendable, CaseIterable {
  /// Wherever it costs about nothing.
  case automatic
  /// Always.
  case always
  /// Never.
  case never

  /// The fewest places of a batch at which the weights of a large network must work for the pieces
  /// to cost about nothing.
  ///
  /// Each piece of the batch has a gradient of all weights, which is written and read once more to
  /// be summed: that weighs where a weight works at few places. ResNet-18 at 64 pixels (13 places)
  /// took 1.23 times as long with batches of 16 and 1.13 times with 32; half of VGG-16 (84, 16
  /// pictures) 1.02 and a quarter of ECCV16 (81, 32 pictures) 1.00 times.
  static let enoughPlaces = 1300.0
  /// The weights up to which a network is small: their gradients stay in the processor's caches.
  static let fewWeights = 1_000_000.0

  /// Whether it holds for a network of which this is known.
  public func holds(_ use: WeightUse?, batchSize: Int) -> Bool {
    switch self {
    case .automatic:
      guard let use else { return true }
      return use.weights <= Self.fewWeights
        || use.places * Double(batchSize) >= Self.enoughPlaces
    case .always: return true
    case .never: return false
    }
  }
}
