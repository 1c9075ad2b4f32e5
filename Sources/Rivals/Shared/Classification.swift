public import Layers
public import Networks
public import Runs
public import Tensors
public import Training

/// A task that asks which of a few classes an input is: rotation, context prediction, and
/// jigsaw.
public protocol Classification: PretextTask where Batch == LabeledBatch, Model: Layer {
  /// How many classes there are; all are equally frequent.
  var classes: Int { get }
}

extension Classification {
  /// The name, and the channels where they are not lightness.
  public var goal: String { Self.goal(preprocessing.channels) }

  /// The mean cross-entropy, in nats; reports how many were right as `accuracy`.
  public func loss(
    _ model: inout Model, _ batch: LabeledBatch, _ pass: inout Pass, on device: Device,
    as dtype: DType
  ) -> TrainingLoop.Loss {
    let logits = logits(model.forward(batch.input(on: device, as: dtype), &pass))
    let (loss, seen) = (batch.losses(of: logits).mean(), logits.detached)
    return .init(
      loss,
      metrics: ["accuracy": Reading { Double(batch.right(seen)) / Double(batch.labels.count) }])
  }

  /// The mean cross-entropy on held-out pictures, the share that is right, and chance.
  public func evaluate(
    _ model: Model, on device: Device, as dtype: DType, next: () throws -> LabeledBatch?
  ) throws -> Evaluation {
    var (loss, right, total) = (0.0, 0, 0)
    while let batch = try next() {
      let logits = logits(model(batch.input(on: device, as: dtype)))
      loss += batch.losses(of: logits).sum().scalar
      right += batch.right(logits)
      total += batch.labels.count
    }
    guard total > 0 else { return [:] }
    return [
      "validation/loss": loss / Double(total),
      "validation/accuracy": Double(right) / Double(total),
      "validation/chance": 1 / Double(classes),
    ]
  }

  private func logits(_ output: Tensor) -> Tensor {
    output.reshaped([output.shape[0], classes]).inFullPrecision
  }
}

/// Inputs and the classes they belong to: plain arrays, so that worker threads can make it.
///
/// There may be several inputs for one class, as where it is that of a pair.
public struct LabeledBatch: PretextBatch {
  /// Pictures it was made of.
  public let count: Int
  /// Channels, rows and columns of an input.
  public let channels, size: Int
  /// The network's input, [inputs, channels, size, size].
  public let input: [Float]
  /// The classes.
  public let labels: [Int32]

  /// The network's input [inputs, channels, size, size].
  public func input(on device: Device, as dtype: DType = .f32) -> Tensor {
    let inputs = input.count / (channels * size * size)
    return Tensor(input, shape: [inputs, channels, size, size], dtype: dtype, on: device)
  }

  /// Everything under the names of the properties.
  public var archive: TensorArchive {
    var archive = TensorArchive()
    archive.add("input", input(on: .cpu))
    archive.add("labels", Tensor(indices: labels, shape: [labels.count], on: .cpu))
    return archive
  }

  /// The cross-entropy of each, in nats.
  ///
  /// - Shapes: `logits` [labels, classes]; result [labels, 1].
  func losses(of logits: Tensor) -> Tensor {
    let shape: Shape = [labels.count, 1]
    return logits.softmaxCrossEntropy(
      classes: Tensor(indices: labels, shape: shape, on: logits.device),
      weights: Tensor(filledWith: 1, shape: shape, dtype: logits.dtype, on: logits.device))
  }

  /// How many of the largest logits are those of the labels.
  func right(_ logits: Tensor) -> Int {
    let (values, classes) = (logits.floats, logits.shape[1])
    return labels.indices.count { row in
      let scores = values[row * classes..<(row + 1) * classes]
      return scores.indices.max { scores[$0] < scores[$1] }! - scores.startIndex
        == Int(labels[row])
    }
  }
}
