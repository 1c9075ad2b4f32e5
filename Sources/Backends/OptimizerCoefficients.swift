#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension SGDStep {
  /// Both conventions as one: p -= fresh v' + old v + direct g, where v' = keep v + enter g.
  var coefficients: (keep: Double, enter: Double, fresh: Double, old: Double, direct: Double) {
    let keep = isFirst ? 0 : momentum
    switch convention {
    case .pytorch:
      let enter = isFirst ? 1 : 1 - dampening
      if momentum == 0 { return (keep, enter, 0, 0, rate) }
      return nesterov ? (keep, enter, rate * momentum, 0, rate) : (keep, enter, rate, 0, 0)
    case .caffe:
      return nesterov ? (keep, rate, 1 + momentum, -momentum, 0) : (keep, rate, 1, 0, 0)
    }
  }

  /// Traps where a step cannot be.
  func check(hasMomentum: Bool) {
    require(momentum == 0 || hasMomentum, "sgd: momentum \(momentum) needs its buffer")
    require(convention == .pytorch || dampening == 0, "sgd: Caffe knows no dampening")
  }
}

extension AdamStep {
  /// All conventions as one: p = keep p - rate m / (root sqrt(v) + epsilon), `decay` p being added
  /// to the gradient.
  var coefficients: (decay: Double, keep: Double, rate: Double, root: Double) {
    require(time >= 1, "adam: steps are counted from 1, not \(time)")
    let own = rate / (1 - pow(beta1, Double(time)))
    let root = (1 - pow(beta2, Double(time))).squareRoot()
    switch convention {
    case .pytorch: return (weightDecay, 1, own, 1 / root)
    case .caffe: return (weightDecay, 1, own * root, 1)
    case .decoupled: return (0, 1 - rate * weightDecay, own, 1 / root)
    }
  }
}

/// `Backend.stepScale` in double precision, where the numbers are at hand.
func stepScale(norm: Double, loss: Double, share: Double, limit: Double) -> Double {
  let norm = norm * share
  guard norm.isFinite, loss.isFinite else { return .nan }
  return (limit > 0 && norm > limit ? limit / norm : 1) * share
}
