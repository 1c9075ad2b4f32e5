internal import ColorScience

/// Colors from a reference picture, region by region.
///
/// Both pictures are divided into small regions of like brightness (`Superpixels`); each region of
/// the target takes the mean color of the region of the reference that is most like it
/// (`SuperpixelFeatures`); regions whose surroundings have another color are corrected
/// (`ColorVoting`); and colors spread from the middles of the regions over all pixels
/// (`ColorPropagation`).
/// - Source: Gupta, Chia, Rajan, Ng & Huang, "Image colorization using similar images", ACM
///   Multimedia 2012. The outline is that of its abstract; features, weights and the halving of
///   candidates are as remembered, as the text was not at hand. Ours: SLIC for TurboPixels,
///   SURF of 64 numbers for 128, how distances are scaled, and the rule of the vote.
public struct SuperpixelTransfer: Sendable {
  /// Pixels of a region.
  public var area = 40

  /// The defaults.
  public init() {}

  /// What was learned from references: it colors any number of pictures.
  public struct Model: Sendable {
    let settings: SuperpixelTransfer
    let features: SuperpixelFeatures
    /// Of each region of the references its mean color.
    let colors: [SIMD2<Float>]
  }

  /// Learns from `references`; throws `ExemplarError.noReference` where there is none.
  public func learn(from references: [Exemplar]) throws(ExemplarError) -> Model {
    precondition(
      area > 0, "SuperpixelTransfer: regions of \(area) pixels")
    guard !references.isEmpty else { throw .noReference }
    var (features, colors) = ([SuperpixelFeatures](), [SIMD2<Float>]())
    for picture in references {
      let lightness = picture.planes.lightness
      let regions = Superpixels(lightness, width: picture.width, area: area)
      features.append(SuperpixelFeatures(lightness, regions))
      colors += regions.means(lightness.indices.map(picture.color))
    }
    return Model(settings: self, features: .init(joining: features), colors: colors)
  }
}

extension SuperpixelTransfer.Model {
  /// The a and b of a picture of which only the lightness is known; traps where `lightness` is no
  /// whole number of rows.
  public func chroma(lightness: [Float], width: Int) -> (a: [Float], b: [Float]) {
    precondition(
      width > 0 && !lightness.isEmpty && lightness.count.isMultiple(of: width),
      "SuperpixelTransfer: \(lightness.count) pixels are no rows of \(width)")
    let regions = Superpixels(lightness, width: width, area: settings.area)
    let matches = SuperpixelFeatures(lightness, regions).matches(in: features)
    let centers = regions.centers
    let settled = ColorVoting().settled(
      matches.map { colors[$0.region] }, costs: matches.map(\.cost), adjacent: regions.adjacent)
    let spread = ColorPropagation(lightness, width: width).spread(
      zip(centers, settled).map { (pixel: $0, color: $1) })
    return (spread.map(\.x), spread.map(\.y))
  }
}
