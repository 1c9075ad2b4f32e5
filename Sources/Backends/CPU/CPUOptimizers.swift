internal import CKernels

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension CPUBackend {
  /// One step of gradient descent in one pass; `SGDStep.Convention` states the formulas.
  public func sgd(parameter: Storage, gradient: Storage, momentum: Storage?, _ step: SGDStep) {
    require(
      step.momentum == 0 || momentum != nil, "sgd: momentum \(step.momentum) needs its buffer")
    require(
      step.convention == .pytorch || step.dampening == 0, "sgd: Caffe knows no dampening")
    let gradient = fitting(gradient, to: parameter, momentum.map { [$0] } ?? [])
    let (scale, decay, rate) = (step.gradientScale, step.weightDecay, step.rate)
    guard let momentum else {
      elementwise(CK_SGD, [parameter, gradient], [scale, decay, rate])
      return
    }
    // p -= new v' + old v + direct g, where v' = keep v + enter g.
    let keep = step.isFirst ? 0 : step.momentum
    var (enter, new, old, direct) = (1.0, 0.0, 0.0, 0.0)
    switch step.convention {
    case .pytorch:
      enter = step.isFirst ? 1 : 1 - step.dampening
      if step.momentum == 0 {
        direct = rate
      } else if step.nesterov {
        (new, direct) = (rate * step.momentum, rate)
      } else {
        new = rate
      }
    case .caffe:
      enter = rate
      (new, old) = step.nesterov ? (1 + step.momentum, -step.momentum) : (1, 0)
    }
    elementwise(
      CK_SGD_MOMENTUM, [parameter, gradient, momentum],
      [scale, decay, keep, enter, new, old, direct])
  }

  /// One step of Adam in one pass; `AdamStep.Convention` states the formulas.
  public func adam(
    parameter: Storage, gradient: Storage, mean: Storage, meanSquare: Storage, _ step: AdamStep
  ) {
    require(step.time >= 1, "adam: steps are counted from 1, not \(step.time)")
    let gradient = fitting(gradient, to: parameter, [mean, meanSquare])
    let correction1 = 1 - pow(step.beta1, Double(step.time))
    let root2 = (1 - pow(step.beta2, Double(step.time))).squareRoot()
    // p = keep p - rate m / (root sqrt(v) + epsilon)
    var (decay, keep, rate, root) = (step.weightDecay, 1.0, step.rate / correction1, 1 / root2)
    switch step.convention {
    case .pytorch: break
    case .caffe: (rate, root) = (rate * root2, 1)
    case .decoupled: (decay, keep) = (0, 1 - step.rate * step.weightDecay)
    }
    elementwise(
      CK_ADAM, [parameter, gradient, mean, meanSquare],
      [
        step.gradientScale, decay, keep, step.beta1, 1 - step.beta1, step.beta2, 1 - step.beta2,
        rate, root, step.epsilon,
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
