internal import Backends

/// What batch normalization gives in training: the output and the statistics of the batch.
public struct BatchNormalized {
  /// Normalized input, of its shape.
  public let output: Tensor
  /// Mean of each channel over batch and positions: [c].
  public let mean: Tensor
  /// Biased variance of each channel over batch and positions: [c].
  public let variance: Tensor
}

extension Tensor {
  /// Normalizes each channel by the statistics of the batch.
  ///
  /// - Shapes: input [n, c, h, w]; scale and shift [c] or absent; output as input.
  /// - Source: Ioffe & Szegedy 2015. Without scale and shift it is Caffe's BatchNorm layer.
  public func batchNormalized(
    scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Double = 1e-5, relu: Bool = false
  ) -> BatchNormalized {
    checkChannels([scale, shift], "batchNormalized")
    let (y, mean, variance, workspace) = device.backend.batchNormalization(
      storage, scale: scale?.storage, shift: shift?.storage, epsilon: epsilon, relu: relu)
    let output = normalized(
      y, scale, shift, mean, variance, workspace, epsilon, relu, ofBatch: true)
    return BatchNormalized(
      output: output, mean: Tensor(mean, on: device), variance: Tensor(variance, on: device))
  }

  /// Normalizes each channel by given statistics; they get no gradient.
  ///
  /// - Shapes: input [n, c, h, w]; mean, variance, scale and shift [c]; output as input.
  public func batchNormalized(
    mean: Tensor, variance: Tensor, scale: Tensor? = nil, shift: Tensor? = nil,
    epsilon: Double = 1e-5, relu: Bool = false
  ) -> Tensor {
    checkChannels([mean, variance, scale, shift], "batchNormalized")
    let y = device.backend.batchNormalization(
      storage, mean: mean.storage, variance: variance.storage, scale: scale?.storage,
      shift: shift?.storage, epsilon: epsilon, relu: relu)
    return normalized(
      y, scale, shift, mean.storage, variance.storage, nil, epsilon, relu, ofBatch: false)
  }

  private func normalized(
    _ y: Storage, _ scale: Tensor?, _ shift: Tensor?, _ mean: Storage, _ variance: Storage,
    _ workspace: Storage?, _ epsilon: Double, _ relu: Bool, ofBatch: Bool
  ) -> Tensor {
    let (backend, x) = (device.backend, storage)
    let rectified = node?.rectifies ?? false
    let (scaleStorage, shiftStorage) = (scale?.storage, shift?.storage)
    return Tensor(y, from: [self] + [scale, shift].compactMap(\.self)) { g, _ in
      let (dx, dScale, dShift) = backend.batchNormalizationGradient(
        g, x: x, y: y, mean: mean, variance: variance, scale: scaleStorage, shift: shiftStorage,
        workspace: workspace, epsilon: epsilon, relu: relu, ofBatch: ofBatch,
        rectified: rectified)
      return [dx] + (scaleStorage == nil ? [] : [dScale]) + (shiftStorage == nil ? [] : [dShift])
    }
  }

  private func checkChannels(_ vectors: [Tensor?], _ operation: String) {
    require(shape.rank == 4, "\(operation): input \(shape) is not [n, c, h, w]")
    for vector in vectors.compactMap(\.self) {
      requireSameDevice(vector, operation)
      require(
        vector.shape == [shape[1]],
        "\(operation): \(vector.shape) does not hold one number per channel of \(shape)")
    }
  }
}
