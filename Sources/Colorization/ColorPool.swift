internal import ColorScience
internal import Datasets
internal import Images
internal import Training

/// Whether the pictures to learn from have color to learn.
enum ColorPool {
  /// Pictures that are looked at, as long as some of them have color.
  private static let sampleSize = 100
  /// Pools with fewer colorless pictures than this share are usual.
  private static let usualShare = 0.05

  /// Throws where no picture to learn from has color, of which a run would learn nothing and end as
  /// if it had; gives a warning where more than usual have none.
  static func check(_ data: PretrainingSource, threshold: Float) throws -> [String] {
    // Below zero the setting asks for gray pictures too.
    guard threshold >= 0 else { return [] }
    let all = data.train
    let looked = min(sampleSize, all.count)
    let sample = (0..<looked).map { all[$0 * all.count / looked] }
    let colorless = try sample.count { try !hasColor($0, data, threshold) }
    if colorless == looked, try !all.contains(where: { try hasColor($0, data, threshold) }) {
      throw DatasetError(
        file: data.dataset.path,
        problem: "none of the \(all.count) pictures to learn from has color (no |a| or |b| is "
          + "above \(threshold)): there is nothing to learn",
        remedy: "colorization needs photographs in color")
    }
    guard Double(colorless) > usualShare * Double(looked) else { return [] }
    return [
      "\(colorless) of \(looked) pictures looked at have no color: nothing is learned from such"
    ]
  }

  private static func hasColor(
    _ record: Int, _ data: PretrainingSource, _ threshold: Float
  ) throws -> Bool {
    let size = data.augmentation.size
    let picture = try data.dataset.picture(record, .reduced(toSide: size))
    let (a, b) = LabPlanes.chroma(ofRGB: picture.samples, width: picture.width, step: 2)
    // Of gray pixels nothing but rounding is left.
    return ColorPresence.hasColor(a: a, b: b, threshold: max(threshold, 0.5))
  }
}
