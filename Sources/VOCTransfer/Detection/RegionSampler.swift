internal import Configurations
public import Datasets
public import Metrics
public import Randomness

/// Which regions of a picture a step learns from.
///
/// - Source: Girshick, "Fast R-CNN", 2015, section 2.3, and its released code.
public struct RegionSampling: Codable, Hashable, Sendable {
  /// Regions of each picture.
  public var regions: Int = 64
  /// The largest share of them that shows objects.
  public var foregroundShare: Double = 0.25
  /// The overlap (IoU) with an object from which on a region shows it.
  public var foregroundOverlap: Double = 0.5
  /// Regions whose best overlap is at least this, and below the next, show the background.
  public var backgroundLow: Double = 0.1
  /// See `backgroundLow`.
  public var backgroundHigh: Double = 0.5

  /// Fast R-CNN's.
  public init() {}

  func check() throws {
    guard regions > 0, (0...1).contains(foregroundShare), 0 <= backgroundLow,
      backgroundLow < backgroundHigh, backgroundHigh <= foregroundOverlap, foregroundOverlap <= 1
    else {
      throw ConfigurationError(
        place: "sampling",
        problem: """
          needs regions > 0, foregroundShare in 0...1 and backgroundLow < backgroundHigh <= \
          foregroundOverlap <= 1
          """)
    }
  }
}

/// A region with what the network should say of it.
public struct LabeledRegion: Sendable, Equatable {
  /// Where, in pixels of the picture as it was annotated.
  public let box: DetectionBox
  /// 0 for the background, else 1 + the position of the class.
  public let label: Int
  /// The object it shows; nil for the background.
  public let object: DetectionBox?
}

extension RegionSampling {
  /// Draws the regions of a picture, those that show objects first.
  ///
  /// The objects themselves are candidates too. Difficult objects are no objects here, as in the
  /// released code.
  public func sample(
    proposals: [DetectionBox], objects: [BoxAnnotation], key: RandomKey
  ) -> [LabeledRegion] {
    let objects = objects.filter { !$0.isDifficult }
    let boxes = objects.map { DetectionBox($0.box) }
    var (foreground, background): ([LabeledRegion], [LabeledRegion]) = ([], [])
    for candidate in boxes + proposals {
      var (best, overlap) = (-1, 0.0)
      for (index, box) in boxes.enumerated() {
        let value = candidate.overlap(box, .inclusivePixels)
        if value > overlap { (best, overlap) = (index, value) }
      }
      if best >= 0 && overlap >= foregroundOverlap {
        foreground.append(
          LabeledRegion(
            box: candidate, label: 1 + objects[best].classIndex, object: boxes[best]))
      } else if overlap >= backgroundLow && overlap < backgroundHigh {
        background.append(LabeledRegion(box: candidate, label: 0, object: nil))
      }
    }
    var stream = key.stream()
    func draw(_ count: Int, of regions: [LabeledRegion]) -> [LabeledRegion] {
      stream.permutation(regions.count).prefix(count).map { regions[$0] }
    }
    let shown = draw(Int((foregroundShare * Double(regions)).rounded()), of: foreground)
    return shown + draw(regions - shown.count, of: background)
  }
}
