import ColorScience
import Configurations
import Foundation
import Images
import Inputs
import Layers
import Networks
import Randomness
import Runs
import Tensors
import Training

/// A pretext task of our own: predict from the lightness of a photograph how often each hue occurs.
struct HueHistogramTask: PretextTask {
  static let name = "hue-histogram"

  struct Settings: PretextSettings {
    /// Bins of the circle of hues.
    var bins: Int = 12
    init() {}
  }

  /// Crops, and the histogram of each.
  struct Batch: PretextBatch {
    let count, size: Int
    let input, histograms: [Float]

    var archive: TensorArchive {
      TensorArchive(["input": input(on: .cpu, as: .f32), "histograms": targets(on: .cpu)])
    }

    func input(on device: Device, as dtype: DType) -> Tensor {
      Tensor(input, shape: [count, 1, size, size], dtype: dtype, on: device)
    }

    func targets(on device: Device) -> Tensor {
      Tensor(histograms, shape: [count, histograms.count / count], on: device)
    }
  }

  let preprocessing: Preprocessing
  let goal = "hue-histogram"
  private let bins: Int
  private let trunk: TrunkConfiguration

  init(_ settings: Settings, trunk: TrunkConfiguration, data: PretrainingSource) throws {
    guard settings.bins > 1 else {
      throw ConfigurationError(
        place: "objective.bins", problem: "must be at least 2, it is \(settings.bins)")
    }
    try trunk.requireForm(size: data.augmentation.size)
    (bins, self.trunk) = (settings.bins, trunk)
    preprocessing = Preprocessing(.lightness, size: data.augmentation.size)
  }

  func model(around stack: Stack, key: RandomKey, on device: Device) -> Network {
    Network(
      trunk: stack,
      head: Heads.classification(
        inputs: trunk.outputChannels, classes: bins, dropout: 0, key: key.folding("head"),
        on: device))
  }

  func batch(of samples: [PretextSample]) -> Batch {
    Batch(
      count: samples.count, size: preprocessing.size,
      input: samples.flatMap { preprocessing.planes(of: $0.crop) },
      histograms: samples.flatMap { histogram(LabPlanes(rgb: $0.crop.samples)) })
  }

  /// The cross-entropy of the predicted histogram with the true one, in nats.
  func loss(
    _ model: inout Network, _ batch: Batch, _ pass: inout Pass, on device: Device, as dtype: DType
  ) -> TrainingLoop.Loss {
    .init(crossEntropy(model.forward(batch.input(on: device, as: dtype), &pass), batch, device))
  }

  func evaluate(
    _ model: Network, on device: Device, as dtype: DType, next: () throws -> Batch?
  ) throws -> Evaluation {
    var (loss, count) = (0.0, 0)
    while let batch = try next() {
      let logits = model(batch.input(on: device, as: dtype))
      loss += crossEntropy(logits, batch, device).scalar * Double(batch.count)
      count += batch.count
    }
    return count == 0 ? [:] : ["validation/loss": loss / Double(count)]
  }

  private func crossEntropy(_ logits: Tensor, _ batch: Batch, _ device: Device) -> Tensor {
    let classes = (0..<batch.count).flatMap { _ in (0..<bins).map(Int32.init) }
    return logits.inFullPrecision.softmaxCrossEntropy(
      classes: Tensor(indices: classes, shape: [batch.count, bins], on: device),
      weights: batch.targets(on: device)
    ).mean()
  }

  /// How much chroma points into each bin of hues, in all 1; uniform for gray pictures.
  private func histogram(_ lab: LabPlanes) -> [Float] {
    var sums = [Float](repeating: 1e-3, count: bins)
    for (a, b) in zip(lab.a, lab.b) {
      let turn = atan2(b, a) / (2 * .pi) + 1
      sums[Int(turn * Float(bins)) % bins] += (a * a + b * b).squareRoot()
    }
    let total = sums.reduce(0, +)
    return sums.map { $0 / total }
  }
}
