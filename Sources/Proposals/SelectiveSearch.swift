public import Images
internal import Randomness

/// A rectangle of pixels, both edges included, the first pixel being (0, 0).
public struct ProposalBox: Sendable, Hashable {
  /// The columns and rows of the outermost pixels.
  public var xMin, yMin, xMax, yMax: Int32

  /// A box of these edges.
  public init(xMin: Int32, yMin: Int32, xMax: Int32, yMax: Int32) {
    (self.xMin, self.yMin, self.xMax, self.yMax) = (xMin, yMin, xMax, yMax)
  }

  /// Columns.
  public var width: Int { Int(xMax - xMin) + 1 }
  /// Rows.
  public var height: Int { Int(yMax - yMin) + 1 }
}

/// Selective search: boxes that may hold objects, from hierarchies of regions.
///
/// Each hierarchy begins with a graph segmentation and merges the two most similar neighbors until
/// one region is left; every region on the way gives a box. Diversity comes from several color
/// spaces, scales and notions of similarity.
///
/// - Source: Uijlings et al., "Selective search for object recognition", IJCV 2013; the defaults
///   are its "fast" mode.
public struct SelectiveSearch: Codable, Hashable, Sendable {
  /// The color spaces in which regions are found and compared.
  public var spaces: [ProposalSpace] = [.hsv, .lab]
  /// The scales k of the segmentation for a picture of 500 x 375 pixels; regions of fewer than k
  /// pixels are joined to a neighbor. Smaller pictures have them scaled by their area.
  public var scales: [Double] = [50, 100]
  /// The notions of similarity.
  public var similarities: [RegionSimilarity] = [.all, .withoutColor]
  /// The smoothing before the segmentation, in pixels.
  public var smoothing: Double = 0.8
  /// Boxes with a shorter side are left out, in pixels of a picture of 500 x 375 pixels.
  public var minimumSide: Double = 20
  /// The number of boxes kept; 0 keeps all.
  public var maximumBoxes: Int = 2000

  /// The fast mode, at most 2,000 boxes.
  public init() {}

  /// The boxes of a picture, those from higher up in their hierarchies first, in an order drawn
  /// from the position alone.
  public func boxes(of picture: Picture) -> [ProposalBox] {
    let (width, height) = (picture.width, picture.height)
    let area = Double(width * height) / (500 * 375)
    var ranked: [(priority: Double, box: ProposalBox)] = []
    var stream = RandomKey(seed: 2013).folding("selective search").stream()
    for space in spaces {
      let planes = space.planes(of: picture)
      let graph = PixelGraph(
        planes.map { smoothed($0, width: width, height: height, deviation: smoothing) },
        width: width, height: height)
      let bins = RegionFeatures.bins(of: planes, width: width, height: height)
      for scale in scales {
        let k = scale * min(1, area)
        let segments = graph.segments(k: Float(k), minimumSize: Int(k.rounded()))
        let features = RegionFeatures(segments, bins, width: width, height: height)
        let neighbors = segments.neighbors(width: width, height: height)
        for similarity in similarities {
          let boxes = Grouping(features, neighbors, similarity).boxes
          for (index, box) in boxes.enumerated() {
            ranked.append((Double(boxes.count - index) * stream.uniform(), box))
          }
        }
      }
    }
    let order = ranked.indices.sorted {
      (ranked[$0].priority, $0) < (ranked[$1].priority, $1)
    }
    let least = max(1, (minimumSide * min(1, area).squareRoot()).rounded())
    var (seen, result): (Set<ProposalBox>, [ProposalBox]) = ([], [])
    for index in order {
      let box = ranked[index].box
      guard Double(min(box.width, box.height)) >= least, seen.insert(box).inserted else { continue }
      result.append(box)
      if result.count == maximumBoxes { break }
    }
    return result
  }
}
