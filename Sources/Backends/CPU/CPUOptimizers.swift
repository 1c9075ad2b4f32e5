internal import CKernels

extension CPUBackend {
  /// The factor of all gradients of a step, in single precision.
  public func stepScale(norm: Storage, loss: Storage, share: Double, limit: Double) -> Storage {
    let scale = Backends.stepScale(
      norm: doubles(of: norm)[0], loss: doubles(of: loss)[0], share: share, limit: limit)
    return store([scale], shape: [], dtype: .f32)
  }

  /// One step of gradient descent in one pass; `SGDStep.Convention` states the formulas.
  public func sgd(
    parameter: Storage, gradient: Storage, momentum: Storage?, scale: Storage, _ step: SGDStep
  ) {
    step.check(hasMomentum: momentum != nil)
    let gradient = fitting(gradient, to: parameter, momentum.map { [$0] } ?? [])
    let (scale, decay, rate) = (doubles(of: scale)[0], step.weightDecay, step.rate)
    if scale.isNaN { return }
    guard let momentum else {
      elementwise(CK_SGD, [parameter, gradient], [scale, decay, rate])
      return
    }
    let c = step.coefficients
    elementwise(
      CK_SGD_MOMENTUM, [parameter, gradient, momentum],
      [scale, decay, c.keep, c.enter, c.fresh, c.old, c.direct])
  }

  /// One step of Adam in one pass; `AdamStep.Convention` states the formulas.
  public func adam(
    parameter: Storage, gradient: Storage, mean: Storage, meanSquare: Storage, scale: Storage,
    _ step: AdamStep
  ) {
    let gradient = fitting(gradient, to: parameter, [mean, meanSquare])
    let (c, scale) = (step.coefficients, doubles(of: scale)[0])
    if scale.isNaN { return }
    elementwise(
      CK_ADAM, [parameter, gradient, mean, meanSquare],
      [
        scale, c.decay, c.keep, step.beta1, 1 - step.beta1, step.beta2, 1 - step.beta2,
        c.rate, c.root, step.epsilon,
      ])
  }

  /// The gradient in the layout of the parameter; what is written must have that layout already.
  private func fitting(_ gradient: Storage, to parameter: Storage, _ states: [Storage]) -> Storage {
    let layout = self.layout(of: parameter)
    for state in states {
      require(
        state.shape == parameter.shape
          && byteCount(state) / state.dtype.byteCount
            == byteCount(parameter) / parameter.dtype.byteCount
          && state.layout.isRowMajor == parameter.layout.isRowMajor,
        "optimizer: a state of \(state.shape) does not lie like its parameter \(parameter.shape)")
    }
    require(
      parameter.shape == gradient.shape,
      "optimizer: parameter \(parameter.shape) and gradient \(gradient.shape) differ")
    if parameter.layout.isRowMajor && gradient.layout.isRowMajor { return gradient }
    return reordered(gradient, to: layout, dtype: parameter.dtype)
  }
}
