internal import Runs
internal import Tensors
internal import Training

/// Means over held-out pictures of losses that compare the pictures of a batch.
struct BatchMeans {
  private var (sums, total) = ([String: Double](), 0)

  /// Adds the loss of a batch of so many pictures, and its other numbers but for those of features,
  /// which the run measures over all held-out pictures.
  mutating func add(_ loss: TrainingLoop.Loss, of pictures: Int) {
    var values = loss.metrics.filter { ![FeatureSpread.rank, FeatureSpread.dead].contains($0.key) }
      .mapValues(\.value)
    values["loss"] = loss.trained.scalar
    for (name, value) in values { sums[name, default: 0] += value * Double(pictures) }
    total += pictures
  }

  /// The means, as `validation/loss`; nothing where there were no pictures.
  var evaluation: Evaluation {
    Evaluation(
      Dictionary(
        uniqueKeysWithValues: sums.map { ("validation/\($0.key)", $0.value / Double(total)) }))
  }
}
