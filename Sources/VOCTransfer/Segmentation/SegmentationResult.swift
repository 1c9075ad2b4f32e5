public import Networks

/// What one segmentation run came to: everything a table needs, and what proves it.
public struct SegmentationResult: Codable, Sendable {
  /// What the trunk started from.
  public let start: String
  /// The root seed.
  public let seed: UInt64
  /// Pictures learned from.
  public let trainPictures: Int
  /// The content hash of the data.
  public let dataHash: String
  /// The scores on the test split.
  public let test: SegmentationScores
  /// The scores on the pictures learned from, where they were asked for.
  public let training: SegmentationScores?
  /// What was loaded from an archive, tensor by tensor; nil for noise.
  public let loaded: LoadReport?
  /// Where the archive's weights come from; nil for noise.
  public let provenance: FeatureDescription.Provenance?
}
