internal import CDNNL
internal import CKernels

extension CPUBackend {
  /// The cross-entropy of softmax over axis 1, and the log of the sum of exponentials.
  public func softmaxCrossEntropy(_ logits: Storage, classes: Storage, weights: Storage) -> (
    losses: Storage, logSum: Storage
  ) {
    let shape = logits.shape.replacing(1, with: 1)
    let (losses, logSum) = (storage(shape, .f32), storage(shape, .f32))
    withSoftmax(channelsLast(logits, as: .f32), classes, weights) { geometry in
      let broken = ck_softmax_check(geometry)
      require(
        broken < 0,
        "softmaxCrossEntropy: a class at position \(broken) is not below \(logits.shape[1])")
      ck_softmax_loss(geometry, losses.address(as: Float.self), logSum.address(as: Float.self))
    }
    withExtendedLifetime((losses, logSum)) {}
    return (losses, logSum)
  }

  /// g (sum of weights softmax - target) at each position.
  public func softmaxCrossEntropyGradient(
    _ g: Storage, _ logits: Storage, logSum: Storage, classes: Storage, weights: Storage
  ) -> Storage {
    let (g, logSum) = (rowMajor(g, as: .f32), rowMajor(logSum, as: .f32))
    let result = storage(
      logits.shape, .f32, layouts.layout(logits.shape, .f32, .channelsLast))
    withSoftmax(channelsLast(logits, as: .f32), classes, weights) {
      ck_softmax_gradient(
        $0, g.address(as: Float.self), logSum.address(as: Float.self),
        result.address(as: Float.self))
    }
    withExtendedLifetime((g, logSum)) {}
    return channelsLast(result, as: logits.dtype)
  }

  /// max(x, 0) - x t + log(1 + exp(-|x|)).
  public func sigmoidCrossEntropy(_ logits: Storage, targets: Storage) -> Storage {
    ternary(CK_SIGMOID_LOSS, [logits, targets])
  }

  /// g (sigmoid - t).
  public func sigmoidCrossEntropyGradient(_ g: Storage, _ logits: Storage, targets: Storage)
    -> Storage
  {
    ternary(CK_SIGMOID_GRADIENT, [g, logits, targets])
  }

  /// A parabola near 0 and straight lines elsewhere.
  public func smoothL1(_ x: Storage, targets: Storage, beta: Double) -> Storage {
    ternary(CK_SMOOTH_LOSS, [x, targets], [beta])
  }

  /// g times d / beta near 0 and the sign of d elsewhere.
  public func smoothL1Gradient(_ g: Storage, _ x: Storage, targets: Storage, beta: Double)
    -> Storage
  {
    ternary(CK_SMOOTH_GRADIENT, [g, x, targets], [beta])
  }

  /// These do not map zero padding to zero, so they work row-major; the type is the logits'.
  private func ternary(_ operation: ck_operation, _ inputs: [Storage], _ scalars: [Double] = [])
    -> Storage
  {
    let x = inputs[inputs.count - 2]
    for input in inputs {
      require(input.shape == x.shape, "cpu: shapes \(input.shape) and \(x.shape) differ")
    }
    let y = storage(x.shape, x.dtype)
    elementwise(operation, inputs.map(rowMajor) + [y], scalars)
    return y
  }

  private func withSoftmax(
    _ logits: Storage, _ classes: Storage, _ weights: Storage,
    _ body: (UnsafePointer<ck_softmax>) -> Void
  ) {
    let shape = logits.shape
    require(
      shape.rank >= 2 && classes.shape == weights.shape && classes.shape.rank == shape.rank
        && classes.shape.replacing(1, with: 0) == shape.replacing(1, with: 0)
        && classes.dtype == .i32,
      "softmaxCrossEntropy: classes \(classes.shape) and weights \(weights.shape) do not fit "
        + "logits \(shape)")
    let weights = rowMajor(weights, as: .f32)
    var geometry = ck_softmax(
      batch: Int64(shape[0]), channels: Int64(shape[1]), plane: Int64(shape.plane),
      pairs: Int64(classes.shape[1]), logits: logits.address(as: Float.self),
      classes: classes.address(as: Int32.self), weights: weights.address(as: Float.self))
    withExtendedLifetime((logits, classes, weights)) { body(&geometry) }
  }
}
