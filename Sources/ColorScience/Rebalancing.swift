/// The weights by which rare colors count more in the loss.
public enum Rebalancing {
  /// The weight of each bin: 1 / ((1 - lambda) p + lambda / bins), scaled so that the mean weight
  /// under `prior` is 1.
  ///
  /// The uniform part spreads over all bins, so a bin that was never seen gets a large but finite
  /// weight (the released code divides by zero there). Only at `lambda` 0 does it get none: 0.
  /// At `lambda` 1 every weight is 1.
  /// - Parameters:
  ///   - prior: the probability of each bin; sums to 1.
  ///   - lambda: the share of the uniform distribution, 0...1; training uses 0.5, the
  ///     class-balanced AuC of the paper 0.
  /// - Source: Zhang, Isola & Efros, ECCV 2016, equation 4.
  public static func weights(prior: [Double], lambda: Double = 0.5) -> [Double] {
    require(lambda >= 0 && lambda <= 1, "Rebalancing: lambda \(lambda) is not in 0...1")
    require(
      abs(prior.reduce(0, +) - 1) < 1e-6, "Rebalancing: the prior sums to \(prior.reduce(0, +))")
    let uniform = lambda / Double(prior.count)
    let inverse = prior.map { p in
      let mixture = (1 - lambda) * p + uniform
      return mixture > 0 ? 1 / mixture : 0
    }
    let mean = zip(prior, inverse).reduce(0) { $0 + $1.0 * $1.1 }
    return inverse.map { $0 / mean }
  }
}
