public import Backends

extension Tensor {
  /// Takes one step of stochastic gradient descent in place. Shapes: all alike.
  ///
  /// The parameter comes out unwatched. A momentum buffer is updated where there is one.
  public mutating func stepSGD(gradient: Tensor, momentum: inout Tensor?, _ step: SGDStep) {
    requireSameShape(gradient, "stepSGD")
    makeOwned()
    momentum?.makeOwned()
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
    makeOwned()
    mean.makeOwned()
    meanSquare.makeOwned()
    device.backend.adam(
      parameter: storage, gradient: gradient.storage, mean: mean.storage,
      meanSquare: meanSquare.storage, step)
  }

  /// Makes this the only tensor that sees its memory, by a copy where another shares it, and
  /// forgets its history.
  private mutating func makeOwned() {
    self = detached
    if !isKnownUniquelyReferenced(&storage) || !storage.ownsItsBuffer {
      storage = device.backend.copied(storage)
    }
  }
}
