#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension CUDABackend {
  /// One step of gradient descent in one pass; `SGDStep.Convention` states the formulas.
  public func sgd(parameter: Storage, gradient: Storage, momentum: Storage?, _ step: SGDStep) {
    require(
      step.momentum == 0 || momentum != nil, "sgd: momentum \(step.momentum) needs its buffer")
    require(
      step.convention == .pytorch || step.dampening == 0, "sgd: Caffe knows no dampening")
    let gradient = fitting(gradient, to: parameter, momentum.map { [$0] } ?? [])
    let count = parameter.elementCount
    let shape = LaunchShape.flat(count, on: context)
    let (scale, decay) = (Float(step.gradientScale), Float(step.weightDecay))
    guard let momentum else {
      launch(
        Kernel(.optimizers, "sgd", parameter.dtype), shape, parameter, gradient, scale, decay,
        Float(step.rate), count)
      return
    }
    // p -= fresh v' + old v + direct g, where v' = keep v + enter g.
    let keep = step.isFirst ? 0 : step.momentum
    var (enter, fresh, old, direct) = (1.0, 0.0, 0.0, 0.0)
    switch step.convention {
    case .pytorch:
      enter = step.isFirst ? 1 : 1 - step.dampening
      if step.momentum == 0 {
        direct = step.rate
      } else if step.nesterov {
        (fresh, direct) = (step.rate * step.momentum, step.rate)
      } else {
        fresh = step.rate
      }
    case .caffe:
      enter = step.rate
      (fresh, old) = step.nesterov ? (1 + step.momentum, -step.momentum) : (1, 0)
    }
    launch(
      Kernel(.optimizers, "sgd_momentum", parameter.dtype, momentum.dtype), shape, parameter,
      gradient, momentum, scale, decay, Float(keep), Float(enter), Float(fresh), Float(old),
      Float(direct), count)
  }

  /// One step of Adam in one pass; `AdamStep.Convention` states the formulas.
  public func adam(
    parameter: Storage, gradient: Storage, mean: Storage, meanSquare: Storage, _ step: AdamStep
  ) {
    require(step.time >= 1, "adam: steps are counted from 1, not \(step.time)")
    require(mean.dtype == meanSquare.dtype, "adam: its states differ in type")
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
    let count = parameter.elementCount
    launch(
      Kernel(.optimizers, "adam", parameter.dtype, mean.dtype), .flat(count, on: context),
      parameter, gradient, mean, meanSquare, Float(step.gradientScale), Float(decay), Float(keep),
      Float(step.beta1), Float(1 - step.beta1), Float(step.beta2), Float(1 - step.beta2),
      Float(rate), Float(root), Float(step.epsilon), count)
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
