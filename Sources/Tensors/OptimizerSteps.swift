public import Backends

extension Tensor {
  /// Takes one step of stochastic gradient descent in place. Shapes: all alike.
  ///
  /// The parameter comes out unwatched. A momentum buffer is updated where there is one.
  public mutating func stepSGD(gradient: Tensor, momentum: inout Tensor?, _ step: SGDStep) {
    requireSameShape(gradient, "stepSGD")
    makeOwned(like: gradient)
    momentum?.makeOwned(like: gradient)
    device.backend.sgd(
      parameter: storage, gradient: gradient.storage, momentum: momentum?.storage, step)
  }

  /// Takes one step of Adam in place. Shapes: all alike.
  ///
  /// The parameter comes out unwatched.
  public mutating func stepAdam(
    gradient: Tensor, mean: inout Tensor, meanSquare: inout Tensor, _ step: AdamStep
  ) {
    requireSameShape(gradient, "stepAdam")
    makeOwned(like: gradient)
    mean.makeOwned(like: gradient)
    meanSquare.makeOwned(like: gradient)
    device.backend.adam(
      parameter: storage, gradient: gradient.storage, mean: mean.storage,
      meanSquare: meanSquare.storage, step)
  }

  /// Makes this the only tensor that sees its memory, by a copy where another shares it, laid out
  /// as the gradient is, and forgets its history. After the first step nothing is copied: weights
  /// stay in the layout in which their gradients come.
  private mutating func makeOwned(like gradient: Tensor) {
    self = detached
    storage = device.backend.arranged(storage, like: gradient.storage)
    if !isOwnedAlone { storage = device.backend.copied(storage) }
  }

  /// Whether no other tensor sees the memory, so that it may be written.
  var isOwnedAlone: Bool {
    mutating get { isKnownUniquelyReferenced(&storage) && storage.ownsItsBuffer }
  }
}
