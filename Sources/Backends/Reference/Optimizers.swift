#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension ReferenceBackend {
  /// The factor of all gradients of a step.
  public func stepScale(norm: Storage, loss: Storage, share: Double, limit: Double) -> Storage {
    let scale = Backends.stepScale(
      norm: read(norm)[0], loss: read(loss)[0], share: share, limit: limit)
    return write([scale], [], .f64)
  }

  /// One step of gradient descent; `SGDStep.Convention` states the formulas.
  public func sgd(
    parameter: Storage, gradient: Storage, momentum: Storage?, scale: Storage, _ step: SGDStep
  ) {
    require(
      parameter.shape == gradient.shape && (momentum.map { $0.shape == parameter.shape } ?? true),
      "sgd: parameter \(parameter.shape) and gradient \(gradient.shape) differ")
    require(
      step.momentum == 0 || momentum != nil, "sgd: momentum \(step.momentum) needs its buffer")
    require(
      step.convention == .pytorch || step.dampening == 0, "sgd: Caffe knows no dampening")
    let scale = read(scale)[0]
    if scale.isNaN { return }
    var p = read(parameter)
    let gs = read(gradient)
    var v = momentum.map { step.isFirst ? [] : read($0) } ?? []
    if v.isEmpty { v = [Double](repeating: 0, count: p.count) }
    for i in p.indices {
      let g = scale * gs[i] + step.weightDecay * p[i]
      let old = v[i]
      switch step.convention {
      case .pytorch:
        v[i] = step.momentum * old + (step.isFirst ? 1 : 1 - step.dampening) * g
        let direction = step.momentum == 0 ? g : step.nesterov ? g + step.momentum * v[i] : v[i]
        p[i] -= step.rate * direction
      case .caffe:
        v[i] = step.momentum * old + step.rate * g
        p[i] -= step.nesterov ? (1 + step.momentum) * v[i] - step.momentum * old : v[i]
      }
    }
    if let momentum { overwrite(momentum, with: v) }
    overwrite(parameter, with: p)
  }

  /// One step of Adam; `AdamStep.Convention` states the formulas.
  public func adam(
    parameter: Storage, gradient: Storage, mean: Storage, meanSquare: Storage, scale: Storage,
    _ step: AdamStep
  ) {
    require(
      parameter.shape == gradient.shape && parameter.shape == mean.shape
        && parameter.shape == meanSquare.shape,
      "adam: parameter \(parameter.shape) and gradient \(gradient.shape) differ")
    require(step.time >= 1, "adam: steps are counted from 1, not \(step.time)")
    let scale = read(scale)[0]
    if scale.isNaN { return }
    var (p, m, v) = (read(parameter), read(mean), read(meanSquare))
    let gs = read(gradient)
    let correction1 = 1 - pow(step.beta1, Double(step.time))
    let correction2 = 1 - pow(step.beta2, Double(step.time))
    for i in p.indices {
      var g = scale * gs[i]
      if step.convention == .decoupled {
        p[i] *= 1 - step.rate * step.weightDecay
      } else {
        g += step.weightDecay * p[i]
      }
      m[i] = step.beta1 * m[i] + (1 - step.beta1) * g
      v[i] = step.beta2 * v[i] + (1 - step.beta2) * g * g
      switch step.convention {
      case .pytorch, .decoupled:
        let spread = (v[i] / correction2).squareRoot() + step.epsilon
        p[i] -= step.rate / correction1 * m[i] / spread
      case .caffe:
        let rate = step.rate * correction2.squareRoot() / correction1
        p[i] -= rate * m[i] / (v[i].squareRoot() + step.epsilon)
      }
    }
    overwrite(mean, with: m)
    overwrite(meanSquare, with: v)
    overwrite(parameter, with: p)
  }
}
