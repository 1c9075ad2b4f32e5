public import Networks

/// What one classification run came to: everything a table needs, and what proves it.
public struct ClassificationResult: Codable, Sendable {
  /// The average precision of one class in both definitions.
  public struct ClassScore: Codable, Sendable, Equatable {
    /// The class.
    public let name: String
    /// VOC 2007's 11-point average precision; nil where no test picture shows the class.
    public let elevenPoints: Double?
    /// The area under the monotone curve (VOC 2010 and later).
    public let area: Double?
    /// Test pictures that show it.
    public let positives: Int
  }

  /// What the trunk started from.
  public let start: String
  /// The root seed.
  public let seed: UInt64
  /// Pictures learned from.
  public let trainPictures: Int
  /// Pictures reported on.
  public let testPictures: Int
  /// The content hash of the data.
  public let dataHash: String
  /// Mean over classes of the 11-point average precision.
  public let mapElevenPoints: Double
  /// Mean over classes of the area average precision.
  public let mapArea: Double
  /// Mean over classes of the share of positives: what scores without knowledge come to.
  public let chance: Double
  /// Each class.
  public let classes: [ClassScore]
  /// What was loaded from an archive, tensor by tensor; nil for noise.
  public let loaded: LoadReport?
  /// Where the archive's weights come from; nil for noise.
  public let provenance: FeatureDescription.Provenance?

  /// Scores and labels [pictures, classes] become average precisions; label 0 (difficult) is left
  /// out.
  init(
    start: String, seed: UInt64, trainPictures: Int, testPictures: Int, dataHash: String,
    scores: [Double], labels: [Int8], classes names: [String], loaded: LoadReport?,
    provenance: FeatureDescription.Provenance?
  ) {
    self.start = start
    self.seed = seed
    self.trainPictures = trainPictures
    self.testPictures = testPictures
    self.dataHash = dataHash
    self.loaded = loaded
    self.provenance = provenance
    let eleven = AveragePrecision.elevenPoints(scores: scores, labels: labels, classes: names)
    let area = AveragePrecision.area(scores: scores, labels: labels, classes: names)
    var shares: [Double] = []
    classes = names.indices.map { c in
      let column = stride(from: c, to: labels.count, by: names.count).map { labels[$0] }
      let (positives, counted) = (column.count { $0 == 1 }, column.count { $0 != 0 })
      if positives > 0 { shares.append(Double(positives) / Double(counted)) }
      return ClassScore(
        name: names[c], elevenPoints: eleven.values[c], area: area.values[c], positives: positives)
    }
    mapElevenPoints = eleven.mean ?? .nan
    mapArea = area.mean ?? .nan
    chance = shares.isEmpty ? .nan : shares.reduce(0, +) / Double(shares.count)
  }
}
