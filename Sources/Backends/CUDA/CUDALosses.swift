extension CUDABackend {
  /// The cross-entropy of softmax over axis 1, and the log of the sum of exponentials. A class that
  /// does not exist stops the program when the host next waits.
  public func softmaxCrossEntropy(_ logits: Storage, classes: Storage, weights: Storage) -> (
    losses: Storage, logSum: Storage
  ) {
    requirePairs(logits.shape, classes, weights)
    let x = channelRows(logits)
    let shape = logits.shape.replacing(1, with: 1)
    let (losses, logSum) = (storage(shape, .f32), storage(shape, .f32))
    let blocks = min((x.rows + 3) / 4, context.multiprocessors * 16)
    launch(
      Kernel(.softmax, "softmax_loss", x.storage.dtype),
      LaunchShape(grid: (blocks, 1), block: (32, 4)), x.storage, rowMajor(classes),
      rowMajor(weights, as: .f32), losses, logSum, fault.address, x.rows, logits.shape.plane,
      Int32(classes.shape[1]), Int32(x.channels), Int32(x.pitch))
    return (losses, logSum)
  }

  /// g (sum of weights softmax - target) at each position.
  public func softmaxCrossEntropyGradient(
    _ g: Storage, _ logits: Storage, logSum: Storage, classes: Storage, weights: Storage
  ) -> Storage {
    requirePairs(logits.shape, classes, weights)
    let x = channelRows(logits)
    let result = storage(like: x)
    launch(
      Kernel(.softmax, "softmax_gradient", result.dtype), .rows(x.rows, x.pitch, on: context),
      rowMajor(g, as: .f32), x.storage, rowMajor(logSum, as: .f32), rowMajor(classes),
      rowMajor(weights, as: .f32), result, x.rows, logits.shape.plane, Int32(classes.shape[1]),
      Int32(x.channels), Int32(x.pitch))
    return result
  }

  /// max(x, 0) - x t + log(1 + exp(-|x|)).
  public func sigmoidCrossEntropy(_ logits: Storage, targets: Storage) -> Storage {
    loss("sigmoid_loss", nil, logits, targets)
  }

  /// g (sigmoid - t).
  public func sigmoidCrossEntropyGradient(_ g: Storage, _ logits: Storage, targets: Storage)
    -> Storage
  { loss("sigmoid_gradient", g, logits, targets) }

  /// A parabola near 0 and straight lines elsewhere.
  public func smoothL1(_ x: Storage, targets: Storage, beta: Double) -> Storage {
    loss("smooth_loss", nil, x, targets, Float(beta))
  }

  /// g times d / beta near 0 and the sign of d elsewhere.
  public func smoothL1Gradient(_ g: Storage, _ x: Storage, targets: Storage, beta: Double)
    -> Storage
  { loss("smooth_gradient", g, x, targets, Float(beta)) }

  /// These do not map zero to zero, so they work row-major; the type is that of `x`.
  private func loss(
    _ kernel: String, _ g: Storage?, _ x: Storage, _ targets: Storage, _ scalars: Float...
  ) -> Storage {
    require(
      x.shape == targets.shape && (g.map { $0.shape == x.shape } ?? true),
      "\(name): shapes \(x.shape) and \(targets.shape) differ")
    let y = storage(x.shape, x.dtype)
    let inputs = (g.map { [rowMajor($0, as: .f32)] } ?? []) + [rowMajor(x), rowMajor(targets), y]
    launch(
      Kernel(.losses, kernel, x.dtype, targets.dtype), .flat(x.shape.count, on: context),
      list: inputs as [any KernelArgument] + scalars as [any KernelArgument] + [x.shape.count])
    return y
  }

  private func requirePairs(_ shape: Shape, _ classes: Storage, _ weights: Storage) {
    require(
      shape.rank >= 2 && classes.shape == weights.shape && classes.shape.rank == shape.rank
        && classes.shape.replacing(1, with: 0) == shape.replacing(1, with: 0)
        && classes.dtype == .i32,
      "softmaxCrossEntropy: classes \(classes.shape) and weights \(weights.shape) do not fit "
        + "logits \(shape)")
  }
}
