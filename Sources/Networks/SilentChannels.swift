public import Layers
internal import Tensors

/// How many of a layer's channels answer next to nothing, whatever the picture.
///
/// Too high a learning rate pushes rectified units so far down that no input lifts them again; they
/// pass no gradient, so they never come back, and a loss can fall without them. What they would
/// have learned is missing from the features.
public struct SilentChannels: Sendable, Equatable, CustomStringConvertible {
  /// The normalization that meets them.
  public let layer: String
  /// Channels whose running variance is below the constant that the normalization adds to it.
  public let silent: Int
  /// All its channels.
  public let channels: Int

  /// Such as `norm6 73 of 128`.
  public var description: String { "\(layer) \(silent) of \(channels)" }
}

extension Stack {
  /// The silent channels before each batch normalization, in order; networks without have none to
  /// show.
  public var silentChannels: [SilentChannels] {
    leaves.compactMap { stage in
      guard let norm = stage.layer.kind.batchNormalization else { return nil }
      let variances = norm.variance.doubles
      return SilentChannels(
        layer: stage.name, silent: variances.count { $0 < norm.epsilon },
        channels: variances.count)
    }
  }
}

extension [SilentChannels] {
  /// Those of all layers over all their channels; nil where there are none.
  public var share: Double? {
    let channels = reduce(0) { $0 + $1.channels }
    return channels == 0 ? nil : Double(reduce(0) { $0 + $1.silent }) / Double(channels)
  }
}
