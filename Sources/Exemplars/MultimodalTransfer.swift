internal import ColorScience
internal import Foundation
public import GraphCuts
public import Randomness

/// Colors from reference pictures by the probability of every color at every pixel, and a graph cut
/// that makes the most of the picture as a whole.
///
/// Colors of the references are split into cells (`ColorDictionary`). What surrounds a pixel is
/// described by 30 numbers; examples with like descriptions give the probability of each cell and
/// how much color is expected to vary (`ColorDensity`). A labeling of all pixels is then chosen
/// that lowers the sum of -log p and, over pairs of the 8 neighbors, smoothness times the distance
/// of their colors in ab over the harmonic mean of the expected variations; colors are refined
/// around the labels (`ColorRefinement`).
/// - Source: Charpiat, Hofmann & Schoelkopf, "Automatic image colorization via multimodal
///   predictions", ECCV 2008. The outline (distributions in Lab, expected variation as the weight
///   of coherence, graph cuts) is that of its abstract; 73 cells, three scales reduced to 27
///   components, the three other numbers, and the form of the energy are as remembered from the
///   paper, whose text was not at hand. Ours are: how cells are split, how descriptors, kernels and
///   their width are scaled, the number of examples, the floor of probabilities and of variations,
///   the smoothness, and the way of refinement; each says so at its place.
public struct MultimodalTransfer: Sendable {
  /// Cells of colors at most.
  public var cells = 73
  /// Pixels of the references that are compared.
  public var examples = 4_000
  /// How much neighbors of different colors cost beside the probabilities, at most 50 times the
  /// least variation; 0 takes each pixel's most probable color. Over six pairs of photographs of
  /// one kind the mean error was least between 0.5 and 2.
  public var smoothness: Float = 1
  /// The least variation that is expected, in Lab units a pixel.
  public var leastVariation: Float = 1
  /// Rounds of refinement; 0 leaves the mean colors of cells.
  public var refinements = 10
  /// How labels are chosen.
  public var expansion = AlphaExpansion()

  /// The paper's settings where they are known.
  public init() {}

  /// What was learned from references: it colors any number of pictures.
  public struct Model: Sendable {
    let settings: MultimodalTransfer
    /// The cells of colors.
    public let dictionary: ColorDictionary
    let description: Description
    let density: ColorDensity
  }

  /// Learns from `references`. The same pictures and the same key give the same model.
  ///
  /// Throws `ExemplarError.noReference` where there is none, and `LinearAlgebraError` of `Backends`
  /// where components cannot be found.
  public func learn(from references: [Exemplar], key: RandomKey) throws -> Model {
    precondition(
      cells > 0 && examples > 0 && leastVariation > 0 && refinements >= 0
        && (0...50).contains(smoothness / leastVariation),
      "MultimodalTransfer: \(cells) cells, \(examples) examples, smoothness \(smoothness)")
    guard !references.isEmpty else { throw ExemplarError.noReference }
    // More colors than examples, as a color costs nothing to look at.
    let colors = zip(
      references, Exemplar.places(references, count: 1 << 14, key: key.folding("colors"))
    )
    .flatMap { picture, places in places.map(picture.color) }
    let dictionary = ColorDictionary(colors, bins: cells)
    let places = Exemplar.places(references, count: examples, key: key.folding("examples"))
    let description = try Description(references, places: places)
    var (vectors, labels, variations) = ([Description.Vector](), [Int](), [Float]())
    for (picture, places) in zip(references, places) where !places.isEmpty {
      vectors += description.vectors(picture.planes.lightness, width: picture.width, at: places)
      labels += places.map { dictionary.cell(of: picture.color($0)) }
      variations += places.map(picture.variation)
    }
    return Model(
      settings: self, dictionary: dictionary, description: description,
      density: ColorDensity(
        vectors, cells: labels, variations: variations, shares: dictionary.shares))
  }
}

extension MultimodalTransfer.Model {
  /// The a and b of a picture of which only the lightness is known; traps where `lightness` is no
  /// whole number of rows.
  public func chroma(lightness: [Float], width: Int) -> (a: [Float], b: [Float]) {
    precondition(
      width > 0 && !lightness.isEmpty && lightness.count.isMultiple(of: width),
      "MultimodalTransfer: \(lightness.count) pixels are no rows of \(width)")
    let (probabilities, weights) = expected(lightness, width)
    let labels = settings.expansion.lowest(problem(probabilities, weights, width: width)).labeling
    let colors = ColorRefinement(
      dictionary: dictionary, probabilities: probabilities, weights: weights, width: width
    ).refined(labels, rounds: settings.smoothness > 0 ? settings.refinements : 0)
    return (colors.map(\.x), colors.map(\.y))
  }

  /// The costs whose least sum is looked for when a picture of this lightness is colored.
  public func problem(lightness: [Float], width: Int) -> GridLabeling {
    let (probabilities, weights) = expected(lightness, width)
    return problem(probabilities, weights, width: width)
  }

  /// Of each pixel the probability of every cell, and the weights to its neighbors.
  private func expected(
    _ lightness: [Float], _ width: Int
  ) -> (probabilities: [Float], weights: [Float]) {
    let found = density.predict(description.vectors(lightness, width: width))
    return (found.probabilities, coherence(found.variations, width: width))
  }

  /// Smoothness over the harmonic mean of the variations that are expected at both ends, of each
  /// pixel to the right, below, below right and below left; 0 out of the picture.
  private func coherence(_ variations: [Float], width: Int) -> [Float] {
    let inverse = variations.map { 1 / max(settings.leastVariation, $0) }
    return inverse.indices.flatMap { pixel in
      GridLabeling.steps.prefix(4).map { step -> Float in
        let (column, other) = (pixel % width + step.x, pixel + step.y * width + step.x)
        guard (0..<width).contains(column), other < inverse.count else { return 0 }
        return settings.smoothness * (inverse[pixel] + inverse[other]) / 2
      }
    }
  }

  /// In whole numbers: 4,096 to a unit of -log p, of which 4 are in distances (rounded up, so that
  /// they stay a metric) and 1,024 in weights.
  private func problem(_ probabilities: [Float], _ weights: [Float], width: Int) -> GridLabeling {
    let means = dictionary.means
    return GridLabeling(
      width: width, height: probabilities.count / means.count / width, labels: means.count,
      costs: probabilities.map { Int32((-4096 * log($0)).rounded()) },
      distances: means.flatMap { one in
        means.map { other in
          let step = one - other
          return Int32((4 * (step * step).sum().squareRoot()).rounded(.up))
        }
      },
      weights: weights.map { Int32((1024 * $0).rounded()) })
  }
}
