internal import Datasets
internal import Images
internal import Inputs
internal import Networks

/// Pictures as they go through a trunk to be looked at: whole, in their proportions, each alone, so
/// that nothing depends on its neighbors.
struct UnitFeed: Sendable {
  let dataset: Dataset
  let records: [Int]
  let preprocessing: Preprocessing
  /// The shorter side in pixels.
  let size: Int

  /// One picture.
  struct Sample: Sendable {
    let record: Int
    /// In color, at the network's size.
    let picture: Picture
    /// [channels, height, width].
    let planes: [Float]
    /// The class of each pixel of `picture`; nil where there is no mask.
    let mask: Picture?
  }

  /// The sample of the record at this place of `records`.
  func sample(_ place: Int) throws -> Sample {
    let record = records[place]
    let full = try dataset.picture(record, .whole).withThreeChannels()
    let (width, height) = Self.fitted(dataset.size(of: record), shorter: size)
    let picture =
      full.width == width && full.height == height
      ? full : full.resized(width: width, height: height)
    let mask = try dataset.mask(record)?.resized(width: width, height: height, filter: .nearest)
    return Sample(
      record: record, picture: picture, planes: preprocessing.planes(of: picture), mask: mask)
  }

  /// A size in the same proportions with this shorter side.
  static func fitted(_ size: (width: Int, height: Int), shorter: Int) -> (Int, Int) {
    let scale = Double(shorter) / Double(min(size.width, size.height))
    return (
      max(shorter, Int((Double(size.width) * scale).rounded())),
      max(shorter, Int((Double(size.height) * scale).rounded()))
    )
  }
}
