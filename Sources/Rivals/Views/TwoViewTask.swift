internal import Configurations
internal import Datasets
internal import Foundation
public import Images
internal import Inputs
public import Layers
public import Networks
internal import Randomness
public import Runs
public import Tensors
public import Training

/// A task that compares two views of each picture: `simclr`, `barlow-twins`.
public protocol TwoViewTask: PretextTask where Batch == TwoViewBatch, Model == TwoViewModel {
  /// What may change between views.
  var views: ViewSettings { get }
  /// The loss of embeddings, and what else there is to say of them.
  ///
  /// - Shapes: [2 n, d], the first views of all pictures and then the second ones, in single
  ///   precision at least.
  func comparison(of embeddings: Tensor) -> TrainingLoop.Loss
}

extension TwoViewTask {
  /// Two.
  public static var inputsOfPicture: Int { 2 }
  /// The views of a step are compared with one another.
  public var lossSpansStep: Bool { true }
  /// The name, and the channels where they are not lightness.
  public var goal: String { Self.goal(preprocessing.channels) }
  /// The picture, from which views are cut; small enough that the smallest one is not enlarged.
  public var window: SampleWindow {
    let side = Double(preprocessing.size) / views.minimumArea.squareRoot()
    return .whole(.reduced(toSide: Int(side.rounded(.up))))
  }

  /// Both views.
  public func pictures(of sample: PretextSample) -> [Picture] {
    (0..<2).map { view($0, of: sample) }
  }

  /// One of the two views, which depends on the sample and its number alone.
  public func view(_ number: Int, of sample: PretextSample) -> Picture {
    let crop = sample.crop
    return views.recipe(
      width: crop.width, height: crop.height,
      key: sample.key.folding("view").folding(number)
    ).view(of: crop, size: preprocessing.size)
  }

  /// The first views of all pictures, and then the second ones.
  public func batch(of samples: [PretextSample]) -> TwoViewBatch {
    TwoViewBatch(
      count: samples.count, channels: preprocessing.channels.count, size: preprocessing.size,
      input: (0..<2).flatMap { number in
        samples.flatMap { preprocessing.planes(of: view(number, of: $0)) }
      })
  }

  /// The task's comparison; reports how far features spread, besides.
  public func loss(
    _ model: inout TwoViewModel, _ batch: TwoViewBatch, _ pass: inout Pass, on device: Device,
    as dtype: DType
  ) -> TrainingLoop.Loss {
    let found = model.forward(batch.input(on: device, as: dtype), &pass)
    var loss = comparison(of: found.embeddings)
    loss.metrics.merge(FeatureSpread.metrics(of: found.features)) { own, _ in own }
    return loss
  }

  /// The loss and the task's other numbers on held-out pictures, batch by batch: a last batch of
  /// fewer pictures compares fewer.
  public func evaluate(
    _ model: TwoViewModel, on device: Device, as dtype: DType, next: () throws -> TwoViewBatch?
  ) throws -> Evaluation {
    var (sums, total) = ([String: Double](), 0)
    while let batch = try next() {
      var (model, pass) = (model, Pass.evaluation)
      let found = model.forward(batch.input(on: device, as: dtype), &pass)
      let loss = comparison(of: found.embeddings)
      total += batch.count
      for (name, value) in loss.metrics.mapValues(\.value).merging(
        ["loss": loss.trained.scalar], uniquingKeysWith: { own, _ in own })
      { sums["validation/\(name)", default: 0] += value * Double(batch.count) }
    }
    guard total > 0 else { return [:] }
    return Evaluation(sums.mapValues { $0 / Double(total) })
  }
}

/// Two views of pictures: plain arrays, so that worker threads can make it.
public struct TwoViewBatch: PretextBatch {
  /// Pictures in it.
  public let count: Int
  /// Channels, rows and columns of a view.
  public let channels, size: Int
  /// The network's input, [2 n, channels, size, size].
  public let input: [Float]

  /// The network's input [2 n, channels, size, size].
  public func input(on device: Device, as dtype: DType = .f32) -> Tensor {
    Tensor(input, shape: [2 * count, channels, size, size], dtype: dtype, on: device)
  }

  /// The input under its name.
  public var archive: TensorArchive {
    var archive = TensorArchive()
    archive.add("input", input(on: .cpu))
    return archive
  }
}

/// A trunk, and the layers that make of its means what is compared.
public struct TwoViewModel: PretextModel {
  /// What is kept when the task is done.
  public var trunk: Stack
  /// What is compared: embeddings of features.
  var projector: Stack

  /// Features, and the embeddings of their means in single precision at least.
  ///
  /// - Shapes: [n, c, h, w] to [n, c', h', w'] and [n, d].
  public mutating func forward(
    _ x: Tensor, _ pass: inout Pass
  ) -> (features: Tensor, embeddings: Tensor) {
    let features = trunk.forward(x, &pass)
    let embedded = projector.forward(features.globalAveragePool(), &pass)
    return (features, embedded.reshaped([x.shape[0], embedded.shape[1]]).inFullPrecision)
  }

  /// Visits the trunk's tensors under their own names and the others under `head`.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    trunk.visit(&visitor)
    visitor.part("head", &projector)
  }
}

extension ViewSettings {
  /// Throws where these settings, the channels, or what `data.augmentation` says of more than the
  /// size do not suit a task of views: its window, mirrors and colors are its own.
  func check(_ channels: Preprocessing.Channels, of data: PretrainingSource) throws {
    try ConfigurationError.require(
      channels != .ab, "channels", "must be lightness, gray, lab or rgb, it is ab")
    try check()
    for (isSet, name) in [
      (data.augmentation.squashedTo != 0, "squashedTo"),
      (!data.augmentation.photometric.isNone, "photometric"),
    ] where isSet {
      throw ConfigurationError(
        place: "data.augmentation.\(name)",
        problem: "is not for tasks of two views, whose changes are those of objective.views")
    }
  }
}
