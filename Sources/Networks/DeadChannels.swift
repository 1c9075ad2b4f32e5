public import Layers
public import Tensors

/// How many channels of a trunk are dead: behind a rectifier, and the same number at every place of
/// every one of `mostPictures` held-out pictures.
///
/// Too high a learning rate pushes rectified units so far down that no input lifts them again; they
/// pass no gradient, so they never come back, and a loss can fall without them. What they would
/// have learned is missing from the features. Over fewer pictures more channels seem dead: those
/// that answer to something rare.
public struct DeadChannels: Codable, Sendable, Equatable, CustomStringConvertible {
  /// The channels of one layer.
  public struct Layer: Codable, Sendable, Equatable, CustomStringConvertible {
    /// Its name.
    public let name: String
    /// Its dead channels.
    public let dead: Int
    /// All its channels.
    public let channels: Int

    /// Such as `norm6 73 of 128`.
    public var description: String { "\(name) \(dead) of \(channels)" }
  }

  /// How many pictures are looked at, where there are as many.
  public static let mostPictures = 1000

  /// How many pictures were looked at.
  public let pictures: Int
  /// The layers that end with a rectifier, in order.
  public let layers: [Layer]

  /// Counts on inputs [n, channels, height, width] that `next` hands out until it gives nil; `last`
  /// sees what the trunk makes of each.
  public init(
    of trunk: Stack, last: (Tensor) -> Void = { _ in }, next: () throws -> Tensor?
  ) rethrows {
    let names = trunk.stages.filter { $0.layer.kind.isRectified }.map(\.output)
    let end = trunk.stages.last!.output
    var ranges: [String: [ClosedRange<Float>?]] = [:]
    var pictures = 0
    while let input = try next() {
      pictures += input.shape[0]
      let outputs = trunk.outputs(input, of: Set(names + [end]))
      last(outputs[end]!)
      for (name, output) in outputs where names.contains(name) {
        let found = output.channelRanges
        guard let before = ranges[name] else {
          ranges[name] = found
          continue
        }
        ranges[name] = zip(before, found).map { (a, b) -> ClosedRange<Float>? in
          guard let a, let b else { return nil }
          return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
        }
      }
    }
    self.pictures = pictures
    layers = names.compactMap { name in
      ranges[name].map { ranges in
        Layer(
          name: name, dead: ranges.count { $0.map { $0.lowerBound == $0.upperBound } ?? false },
          channels: ranges.count)
      }
    }
  }

  /// Those of all layers over all their channels; nil where there are none.
  public var share: Double? {
    let channels = layers.reduce(0) { $0 + $1.channels }
    return channels == 0 ? nil : Double(layers.reduce(0) { $0 + $1.dead }) / Double(channels)
  }

  /// The layers that have some, and over how many pictures.
  public var description: String {
    let some = layers.filter { $0.dead > 0 }.map(\.description).joined(separator: ", ")
    return "\(some.isEmpty ? "none" : some), over \(pictures) held-out pictures"
  }
}

extension Tensor {
  /// The smallest and the largest number of each channel (axis 1) over everything else; nil where
  /// one is not a number.
  fileprivate var channelRanges: [ClosedRange<Float>?] {
    let maps = shape.rank == 4 ? self : reshaped([shape[0], shape[1], shape.plane, 1])
    let (high, low) = (maps.peaks(), maps.scaled(by: -1).peaks())
    let (most, least, places) = (high.values.floats, low.values.floats, high.places.indices)
    let channels = shape[1]
    return (0..<channels).map { (channel) -> ClosedRange<Float>? in
      let mine = stride(from: channel, to: most.count, by: channels)
      guard mine.allSatisfy({ places[$0] >= 0 }) else { return nil }
      return (mine.map { -least[$0] }.min()!)...(mine.map { most[$0] }.max()!)
    }
  }
}
