public import Tensors

/// The loss of a colorization network's output, in its two forms.
public enum ColorizationLoss {
  /// What one pass computed.
  public struct Result {
    /// The mean over positions of weight x loss: its gradient trains the network.
    public let trained: Tensor
    /// The unweighted mean over positions. Classification: the divergence from the soft code in
    /// nats, the cross-entropy less the code's own entropy, so that 0 is perfect. Regression: half
    /// the squared distance, in the units of the output.
    public let plain: Reading
  }

  /// The loss of logits [n, bins, h, w], at least as large as the batch's targets; what is beyond
  /// them is cut off.
  ///
  /// The released code weighs only the gradient, not the loss it prints; so here both numbers exist
  /// and neither is mistaken for the other.
  /// - Source: richzhang/colorization, resources/caffe_traininglayers.py (there summed over
  ///   positions).
  public static func classification(_ logits: Tensor, _ batch: ColorizationTensors) -> Result {
    guard let code = batch.code else {
      preconditionFailure("ColorizationLoss: a batch without codes cannot be classified")
    }
    // Whatever the type of the scores, losses are of single precision.
    let losses = logits.fitted(to: batch).softmaxCrossEntropy(
      classes: code.classes, weights: code.shares)
    return result(losses, less: code.entropy, batch)
  }

  /// The loss of colors [n, channels, h, w], normalized as `Preprocessing` of the target channels
  /// has it: half the squared distance at each position, summed over channels.
  ///
  /// - Source: Zhang, Isola & Efros, ECCV 2016, equation 1.
  public static func regression(
    _ output: Tensor, _ batch: ColorizationTensors
  ) -> Result {
    guard let wanted = batch.wanted else {
      preconditionFailure("ColorizationLoss: a batch of codes has no colors to regress to")
    }
    let squares = output.fitted(to: batch).converted(to: .f32).squaredError(wanted)
    // A convolution with ones sums over channels.
    let ones = Tensor(filledWith: 0.5, shape: [1, wanted.shape[1], 1, 1], on: output.device)
    return result(squares.convolution(ones, bias: nil, .init()), less: .known(0), batch)
  }

  private static func result(
    _ losses: Tensor, less entropy: ColorizationTensors.Entropy, _ batch: ColorizationTensors
  ) -> Result {
    let positions = Double(batch.positions)
    let plain =
      switch entropy {
      case .known(let nats): Reading(losses.detached.sum()) { ($0 - nats) / positions }
      case .computed(let nats): Reading((losses.detached - nats).sum()) { $0 / positions }
      }
    return Result(
      trained: (losses * batch.weights).sum().scaled(by: 1 / positions), plain: plain)
  }
}

extension Tensor {
  /// The part of a network's output that lies over a batch's targets: networks that halve odd sizes
  /// give a row and a column too many.
  func fitted(to batch: ColorizationTensors) -> Tensor {
    precondition(
      shape.rank == 4 && shape[2] >= batch.rows && shape[3] >= batch.columns,
      "ColorizationLoss: an output of \(shape) does not cover targets of "
        + "\(batch.rows) x \(batch.columns)")
    if shape[2] == batch.rows && shape[3] == batch.columns { return self }
    return cropped(top: 0, left: 0, height: batch.rows, width: batch.columns)
  }
}
