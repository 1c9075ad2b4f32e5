public import Backends

extension Tensor {
  /// The Euclidean norm over all elements of several tensors on one device, in double precision.
  ///
  /// Shapes: any, of any number of tensors; output [].
  public static func norm(of tensors: [Tensor], on device: Device) -> Tensor {
    for tensor in tensors {
      require(tensor.device == device, "norm: a tensor is on \(tensor.device), not on \(device)")
    }
    return Tensor(device.backend.norm(tensors.map(\.storage)), on: device)
  }

  /// What an optimizer multiplies gradients of this `norm` by, decided where the numbers are:
  /// `share`, and less where share x norm exceeds a `limit` that is not 0. It is NaN, by which no
  /// step is taken, where `norm` or `loss` is not finite. Shapes: one element each; output [].
  public static func stepScale(
    norm: Tensor, loss: Tensor, share: Double = 1, limit: Double = 0
  ) -> Tensor {
    norm.requireSameDevice(loss, "stepScale")
    require(
      norm.shape.count == 1 && loss.shape.count == 1,
      "stepScale: a norm of shape \(norm.shape) and a loss of \(loss.shape) are not two numbers")
    let scale = norm.device.backend.stepScale(
      norm: norm.storage, loss: loss.storage, share: share, limit: limit)
    return Tensor(scale, on: norm.device)
  }

  /// Takes one step of stochastic gradient descent in place. Shapes: all alike; `scale` [].
  ///
  /// The gradient is multiplied by `scale` before all else; where that is NaN, nothing changes. The
  /// parameter comes out unwatched. A momentum buffer is updated where there is one.
  public mutating func stepSGD(
    gradient: Tensor, momentum: inout Tensor?, scale: Tensor, _ step: SGDStep
  ) {
    requireSameShape(gradient, "stepSGD")
    requireOne(scale, "stepSGD")
    makeOwned(like: gradient)
    momentum?.makeOwned(like: gradient)
    device.backend.sgd(
      parameter: storage, gradient: gradient.storage, momentum: momentum?.storage,
      scale: scale.storage, step)
  }

  /// Takes one step of Adam in place. Shapes: all alike; `scale` [].
  ///
  /// The gradient is multiplied by `scale` before all else; where that is NaN, nothing changes. The
  /// parameter comes out unwatched.
  public mutating func stepAdam(
    gradient: Tensor, mean: inout Tensor, meanSquare: inout Tensor, scale: Tensor, _ step: AdamStep
  ) {
    requireSameShape(gradient, "stepAdam")
    requireOne(scale, "stepAdam")
    makeOwned(like: gradient)
    mean.makeOwned(like: gradient)
    meanSquare.makeOwned(like: gradient)
    device.backend.adam(
      parameter: storage, gradient: gradient.storage, mean: mean.storage,
      meanSquare: meanSquare.storage, scale: scale.storage, step)
  }

  private func requireOne(_ scale: Tensor, _ operation: String) {
    requireSameDevice(scale, operation)
    require(
      scale.shape.count == 1, "\(operation): a scale of shape \(scale.shape) is not one number")
  }

  /// Makes this the only tensor that sees its memory, by a copy where another shares it, laid out
  /// as the gradient is, and forgets its history. After the first step nothing is copied: weights
  /// stay in the layout in which their gradients come.
  public mutating func makeOwned(like gradient: Tensor) {
    self = detached
    storage = device.backend.arranged(storage, like: gradient.storage)
    if !isOwnedAlone { storage = device.backend.copied(storage) }
  }

  /// Whether no other tensor sees the memory, so that it may be written.
  var isOwnedAlone: Bool {
    mutating get { isKnownUniquelyReferenced(&storage) && storage.ownsItsBuffer }
  }
}
