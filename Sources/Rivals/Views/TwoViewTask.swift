internal import Configurations
internal import Datasets
internal import Foundation
public import Images
internal import Inputs
public import Layers
internal import Networks
internal import Randomness
public import Runs
public import Tensors
public import Training

/// A task that compares two views of each picture: `simclr`, `barlow-twins`.
public protocol TwoViewTask: PretextTask where Batch == InputBatch, Model == TwoViewModel {
  /// What may change between views.
  var views: ViewSettings { get }
  /// The loss of embeddings, and what else there is to say of them.
  ///
  /// - Shapes: [2 n, d], the first views of all pictures and then the second ones, in single
  ///   precision at least.
  func comparison(of embeddings: Tensor) -> TrainingLoop.Loss
  /// The loss of all that a model gives for a batch.
  func loss(of outputs: TwoViewModel.Outputs, _ batch: InputBatch) -> TrainingLoop.Loss
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

  /// That of the embeddings.
  public func loss(of outputs: TwoViewModel.Outputs, _ batch: InputBatch) -> TrainingLoop.Loss {
    comparison(of: outputs.embeddings)
  }

  /// Both views.
  public func pictures(of sample: PretextSample) -> [Picture] {
    (0..<2).map { view($0, of: sample) }
  }

  /// One of the two views, which depends on the sample and its number alone.
  public func view(_ number: Int, of sample: PretextSample) -> Picture {
    recipe(number, of: sample).view(of: sample.crop, size: preprocessing.size)
  }

  /// How one of the views is made.
  func recipe(_ number: Int, of sample: PretextSample) -> ViewSettings.Recipe {
    views.recipe(
      width: sample.crop.width, height: sample.crop.height,
      key: sample.key.folding("view").folding(number))
  }

  /// The first views of all pictures, and then the second ones.
  public func batch(of samples: [PretextSample]) -> InputBatch { views(of: samples) }

  /// The same.
  func views(of samples: [PretextSample]) -> InputBatch {
    InputBatch(
      count: samples.count, channels: preprocessing.channels.count, size: preprocessing.size,
      input: (0..<2).flatMap { number in
        samples.flatMap { preprocessing.planes(of: view(number, of: $0)) }
      })
  }

  /// The task's comparison; reports how far features spread, besides.
  public func loss(
    _ model: inout TwoViewModel, _ batch: InputBatch, _ pass: inout Pass, on device: Device,
    as dtype: DType
  ) -> TrainingLoop.Loss {
    let found = model.forward(batch.input(on: device, as: dtype), &pass)
    var loss = self.loss(of: found, batch)
    loss.metrics.merge(FeatureSpread.metrics(of: found.features)) { own, _ in own }
    return loss
  }

  /// The loss and the task's other numbers on held-out pictures, batch by batch: a last batch of
  /// fewer pictures compares fewer.
  public func evaluate(
    _ model: TwoViewModel, on device: Device, as dtype: DType, next: () throws -> InputBatch?
  ) throws -> Evaluation {
    var mean = BatchMeans()
    while let batch = try next() {
      var (model, pass) = (model, Pass.evaluation)
      mean.add(
        loss(of: model.forward(batch.input(on: device, as: dtype), &pass), batch), of: batch.count)
    }
    return mean.evaluation
  }
}

/// A trunk, and the layers that make of its means what is compared.
public struct TwoViewModel: PretextModel {
  /// What is kept when the task is done.
  public var trunk: Stack
  /// What is compared: embeddings of features.
  var projector: Stack
  /// What gives colors back; nil where they are not asked for.
  var color: Stack?

  /// What a model gives for views.
  public struct Outputs {
    /// What the trunk gives, [n, c, h, w].
    public let features: Tensor
    /// Embeddings of the features' means in single precision at least, [n, d].
    public let embeddings: Tensor
    /// Scores for colors, [n, bins, h', w'].
    public let colors: Tensor?
  }

  /// Features, embeddings and colors of views [n, c, h, w].
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Outputs {
    let features = trunk.forward(x, &pass)
    let embedded = projector.forward(features.globalAveragePool(), &pass)
    return Outputs(
      features: features,
      embeddings: embedded.reshaped([x.shape[0], embedded.shape[1]]).inFullPrecision,
      colors: color?.forward(features, &pass))
  }

  /// Visits the trunk's tensors under their own names and the others under `head`.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    trunk.visit(&visitor)
    visitor.part("head", &projector)
    visitor.path.append("head")
    if var found = color {
      color = nil  // so that the visitor sees the only reference and may work in place
      visitor.part("color", &found)
      color = found
    }
    visitor.path.removeLast()
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
