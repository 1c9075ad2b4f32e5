internal import ColorScience
internal import Configurations
internal import Datasets
internal import Foundation
internal import Images
public import Layers
public import Networks
public import Randomness
public import Runs
public import Tensors
public import Training

/// The split-brain autoencoder: one half of the network predicts ab from L, the other L from ab.
///
/// - Source: Zhang, Isola & Efros, "Split-brain autoencoders: unsupervised learning by
///   cross-channel prediction", CVPR 2017 (richzhang/splitbrainauto). README.md says where this one
///   differs.
public struct SplitBrainTask: PretextTask {
  /// The name under `task` in configurations.
  public static let name = "split-brain"

  /// How colors are asked for; the trunk's input is Lab, without choice.
  public struct Settings: PretextSettings {
    /// Bins in the soft code of ab.
    public var neighbors: Int = 10
    /// Width of the soft code, in ab units.
    public var sigma: Double = 5

    /// The soft code of the same authors' colorization.
    public init() {}
  }

  /// Lab, always.
  public let preprocessing: Preprocessing
  private let (trunk, half): (TrunkConfiguration, TrunkConfiguration)
  private let encoder: SoftEncoder

  /// Checks that the trunk can be halved and that its output covers the targets.
  public init(_ settings: Settings, trunk: TrunkConfiguration, data: PretrainingSource) throws {
    try ConfigurationError.require(
      (1...100).contains(settings.neighbors), "neighbors",
      "must lie in 1...100, it is \(settings.neighbors)")
    try ConfigurationError.require(
      settings.sigma > 0, "sigma", "must be positive, it is \(settings.sigma)")
    self.trunk = trunk
    half = trunk.half
    encoder = SoftEncoder(neighbors: settings.neighbors, sigma: settings.sigma)
    preprocessing = Preprocessing(.lab, size: data.augmentation.size)
    try trunk.requireDense(size: data.augmentation.size)
    try trunk.requireHalves()
  }

  /// `split-brain`.
  public var goal: String { Self.name }

  /// One over the positions of a picture, as in colorization: the released loss sums over them.
  public var decayFactor: Double {
    let side = (preprocessing.size + trunk.denseStride - 1) / trunk.denseStride
    return 1 / Double(side * side)
  }

  /// The trunk, split, and a head on each half.
  public func model(around stack: Stack, key: RandomKey, on device: Device) -> SplitBrainModel {
    func head(_ name: String, _ outputs: Int) -> Stack {
      Heads.dense(on: half, outputs: outputs, key: key.folding("head").folding(name), on: device)
    }
    return SplitBrainModel(
      trunk: stack, color: head("color", encoder.bins.count),
      lightness: head("lightness", SplitBrainBatch.lightnessBins))
  }

  /// Lab pictures and their bins.
  public func batch(of samples: [PretextSample]) -> SplitBrainBatch {
    SplitBrainBatch(
      samples.map { LabPlanes(rgb: $0.crop.samples) }, size: preprocessing.size,
      step: trunk.denseStride, encoder: encoder)
  }

  /// The sum of both directions' losses, which are reported as `color` and `lightness`, in nats.
  public func loss(
    _ model: inout SplitBrainModel, _ batch: SplitBrainBatch, _ pass: inout Pass,
    on device: Device, as dtype: DType
  ) -> TrainingLoop.Loss {
    let scores = model.forward(batch.input(on: device, as: dtype), &pass)
    let losses = batch.losses(scores)
    return .init(
      losses.color + losses.lightness,
      metrics: ["color": Reading(losses.color), "lightness": Reading(losses.lightness)])
  }

  /// Judges a model on held-out pictures: the loss of each direction and of both, the errors of the
  /// expected ab and L, and those of giving each picture's own mean instead.
  public func evaluate(
    _ model: SplitBrainModel, on device: Device, as dtype: DType,
    next: () throws -> SplitBrainBatch?
  ) throws -> Evaluation {
    var (sums, count) = ((color: 0.0, lightness: 0.0), 0)
    var errors = SplitBrainErrors()
    while let batch = try next() {
      var (model, pass) = (model, Pass.evaluation)
      let scores = model.forward(batch.input(on: device, as: dtype), &pass)
      let losses = batch.losses(scores)
      sums.color += losses.color.scalar * Double(batch.count)
      sums.lightness += losses.lightness.scalar * Double(batch.count)
      count += batch.count
      guard sums.color.isFinite, sums.lightness.isFinite else { return ["validation/loss": .nan] }
      errors.add(
        color: batch.fitted(scores.color).floats,
        lightness: batch.fitted(scores.lightness).floats, batch)
    }
    guard count > 0 else { return [:] }
    let losses = [
      "validation/loss": (sums.color + sums.lightness) / Double(count),
      "validation/colorLoss": sums.color / Double(count),
      "validation/lightnessLoss": sums.lightness / Double(count),
    ]
    return Evaluation(losses.merging(errors.metrics) { own, _ in own })
  }
}

/// Adds up how far expected colors and lightnesses are from the truth.
private struct SplitBrainErrors {
  private var (color, lightness, meanColor, meanLightness) = (0.0, 0.0, 0.0, 0.0)
  private var positions = 0

  mutating func add(color: [Float], lightness: [Float], _ batch: SplitBrainBatch) {
    let area = batch.rows * batch.rows
    let decoder = ColorDecoder(decoding: .annealedMean(temperature: 1))
    for picture in 0..<batch.count {
      func part(_ values: [Float], _ channels: Int) -> [Float] {
        Array(values[picture * channels * area..<(picture + 1) * channels * area])
      }
      let truth = (0..<3).map { channel in
        Array(part(batch.target, 3)[channel * area..<(channel + 1) * area])
      }
      let (a, b) = decoder.decode(logits: part(color, decoder.bins.count), pixels: area)
      let l = Self.expected(part(lightness, SplitBrainBatch.lightnessBins), area)
      self.color += Self.squares(a, truth[1]) + Self.squares(b, truth[2])
      self.lightness += Self.squares(l, truth[0])
      meanColor += Self.spread(truth[1]) + Self.spread(truth[2])
      meanLightness += Self.spread(truth[0])
    }
    positions += batch.positions
  }

  /// Roots of the mean squared errors; of a and b together, per channel.
  var metrics: [String: Double] {
    func root(_ sum: Double, _ channels: Int) -> Double {
      (sum / Double(channels * positions)).squareRoot()
    }
    return [
      "validation/colorRMSE": root(color, 2), "validation/colorRMSEOfMean": root(meanColor, 2),
      "validation/lightnessRMSE": root(lightness, 1),
      "validation/lightnessRMSEOfMean": root(meanLightness, 1),
    ]
  }

  private static func squares(_ x: [Float], _ y: [Float]) -> Double {
    zip(x, y).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
  }

  private static func spread(_ values: [Float]) -> Double {
    let mean = values.reduce(0, +) / Float(values.count)
    return squares(values, [Float](repeating: mean, count: values.count))
  }

  /// The expectation of the bins' middles under the softmax of their scores.
  ///
  /// - Shapes: [bins, positions] to [positions].
  private static func expected(_ scores: [Float], _ positions: Int) -> [Float] {
    (0..<positions).map { position in
      let row = stride(from: position, to: scores.count, by: positions).map { scores[$0] }
      let highest = row.max()!
      var (total, sum) = (0.0, 0.0)
      for (bin, score) in row.enumerated() {
        let weight = exp(Double(score - highest))
        total += weight
        sum += weight * (Double(bin) + 0.5)
      }
      return Float(sum / total)
    }
  }
}
