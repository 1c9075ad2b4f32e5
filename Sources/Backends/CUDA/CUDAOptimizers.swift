extension CUDABackend {
  /// The factor of all gradients of a step, in single precision; the device decides.
  public func stepScale(norm: Storage, loss: Storage, share: Double, limit: Double) -> Storage {
    require(norm.dtype == .f64, "stepScale: a norm is of double precision, not \(norm.dtype)")
    let scale = storage([], .f32)
    launch(
      Kernel(.optimizers, "step_scale"), LaunchShape(block: (1, 1)), norm,
      rowMajor(loss, as: .f32), scale, share, limit)
    return scale
  }

  /// One step of gradient descent in one pass; `SGDStep.Convention` states the formulas.
  public func sgd(
    parameter: Storage, gradient: Storage, momentum: Storage?, scale: Storage, _ step: SGDStep
  ) {
    step.check(hasMomentum: momentum != nil)
    let gradient = fitting(gradient, to: parameter, momentum.map { [$0] } ?? [])
    let (decay, scale) = (Float(step.weightDecay), rowMajor(scale, as: .f32))
    guard let momentum else {
      self.step(
        .init(
          kernel: "sgd", parameter: parameter.dtype, state: parameter.dtype,
          numbers: [decay, Float(step.rate)]), scale, [parameter, gradient])
      return
    }
    let c = step.coefficients
    self.step(
      .init(
        kernel: "sgd_momentum", parameter: parameter.dtype, state: momentum.dtype,
        numbers: [decay] + [c.keep, c.enter, c.fresh, c.old, c.direct].map { Float($0) }),
      scale, [parameter, gradient, momentum])
  }

  /// One step of Adam in one pass; `AdamStep.Convention` states the formulas.
  public func adam(
    parameter: Storage, gradient: Storage, mean: Storage, meanSquare: Storage, scale: Storage,
    _ step: AdamStep
  ) {
    require(mean.dtype == meanSquare.dtype, "adam: its states differ in type")
    let gradient = fitting(gradient, to: parameter, [mean, meanSquare])
    let (c, scale) = (step.coefficients, rowMajor(scale, as: .f32))
    let numbers = [
      c.decay, c.keep, step.beta1, 1 - step.beta1, step.beta2, 1 - step.beta2, c.rate, c.root,
      step.epsilon,
    ]
    self.step(
      .init(
        kernel: "adam", parameter: parameter.dtype, state: mean.dtype,
        numbers: numbers.map { Float($0) }), scale, [parameter, gradient, mean, meanSquare])
  }

  /// The gradient in single precision, laid out as the parameter is; so must the states be.
  private func fitting(_ gradient: Storage, to parameter: Storage, _ states: [Storage]) -> Storage {
    for state in states {
      require(
        state.shape == parameter.shape && state.channelsLast?.pitch == parameter.channelsLast?.pitch
          && state.channelsLast?.images == parameter.channelsLast?.images,
        "optimizer: a state of \(state.shape) does not lie like its parameter \(parameter.shape)")
    }
    require(
      parameter.shape == gradient.shape,
      "optimizer: parameter \(parameter.shape) and gradient \(gradient.shape) differ")
    return moved(gradient, to: parameter.channelsLast, as: .f32)
  }
}
