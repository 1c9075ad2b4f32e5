internal import Glibc
internal import Processes
public import Randomness
internal import Tensors

/// A classifier of whole pictures that learns where to look: each of a few queries weighs the
/// positions of a map by a softmax of its products with them, and a linear layer sees the weighed
/// means of all queries.
///
/// Softmax for samples of one class each, one sigmoid per class otherwise. Features are
/// standardized by the mean and variance over all training positions.
/// - Source: multi-query cross-attention as in Psomas et al., "Attention, please!", 2025
///   (arXiv 2506.10178), whose keys and values are the features themselves; trained by Adam.
public struct AttentiveProbe: Sendable {
  /// What the probe depends on besides data and key.
  public struct Settings: Codable, Hashable, Sendable {
    /// Queries.
    public var queries: Int = 4
    /// Passes over the training pictures.
    public var epochs: Int = 20
    /// Pictures of a step.
    public var batchSize: Int = 64
    /// The rate of Adam at the beginning; it falls to zero along a cosine.
    public var learningRate: Double = 0.003
    /// Added to the gradient, times the weight of the linear layer.
    public var weightDecay: Double = 1e-4

    /// Four queries, twenty passes.
    public init() {}
  }

  private var model: AttentiveModel
  private let standardization: Standardization

  /// Trains a probe on pictures of `cells` positions each.
  ///
  /// - Shapes: `features` [pictures cells, channels].
  public init(
    _ features: Features, cells: Int, _ labels: ProbeLabels, settings: Settings = .init(),
    key: RandomKey
  ) {
    require(
      cells > 0 && features.count == labels.count * cells && settings.queries > 0
        && settings.epochs > 0 && settings.batchSize > 0,
      "AttentiveProbe: \(features.count) positions, \(cells) in each of \(labels.count) pictures")
    standardization = Standardization(features)
    let rows = standardization(features)
    model = AttentiveModel(
      queries: settings.queries, channels: features.columns, classes: labels.classes,
      cells: cells, key: key.folding("queries"))
    var adam = Adam(count: model.parameters.count)
    let steps = (labels.count + settings.batchSize - 1) / settings.batchSize
    let all = Double(steps * settings.epochs)
    for epoch in 0..<settings.epochs {
      var stream = key.folding("order").folding(epoch).stream()
      let order = stream.permutation(labels.count)
      for step in 0..<steps {
        let begin = step * settings.batchSize
        let chosen = Array(order[begin..<min(begin + settings.batchSize, order.count)])
        var (_, gradient) = model.loss(rows, labels, of: chosen)
        for place in model.linear {
          gradient[place] += settings.weightDecay * model.parameters[place]
        }
        let done = Double(epoch * steps + step) / all
        adam.step(
          &model.parameters, gradient, rate: settings.learningRate * (1 + cos(done * .pi)) / 2)
      }
    }
  }

  /// The logits. Shapes: `features` [pictures cells, channels] to [pictures, classes].
  public func scores(of features: Features) -> [Double] {
    let rows = standardization(features)
    let model = model
    return inParallel(rows.count / model.cells) { model.logits(rows, of: $0).logits }.flatMap { $0 }
  }
}

/// Kingma & Ba 2015, with the usual moments.
struct Adam {
  private var first, second: [Double]
  private var steps = 0

  init(count: Int) {
    first = [Double](repeating: 0, count: count)
    second = first
  }

  mutating func step(_ parameters: inout [Double], _ gradient: [Double], rate: Double) {
    steps += 1
    let (one, two) = (1 - pow(0.9, Double(steps)), 1 - pow(0.999, Double(steps)))
    for place in parameters.indices {
      let slope = gradient[place]
      first[place] = 0.9 * first[place] + 0.1 * slope
      second[place] = 0.999 * second[place] + 0.001 * slope * slope
      parameters[place] -= rate * first[place] / one / ((second[place] / two).squareRoot() + 1e-8)
    }
  }
}
