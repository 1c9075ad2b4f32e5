/// A number that is the sum of something over samples, divided by the sum of something else: a
/// mean, a weighted mean, a share.
public struct RatioStatistic: Sendable {
  /// What each sample adds above and below.
  public let numerators, denominators: [Double]
  /// Whether the number is the root of the ratio, as in a root mean square.
  public let isRoot: Bool
  /// What the number can be, such as 0 to 100 for a percentage; nil without bounds.
  public let bounds: ClosedRange<Double>?

  /// The ratio of two sums; traps when there are no samples, or not as many above as below.
  public init(
    _ numerators: [Double], over denominators: [Double], isRoot: Bool = false,
    within bounds: ClosedRange<Double>? = nil
  ) {
    precondition(
      numerators.count == denominators.count && !numerators.isEmpty,
      "RatioStatistic: \(numerators.count) numerators, \(denominators.count) denominators")
    (self.numerators, self.denominators, self.isRoot) = (numerators, denominators, isRoot)
    self.bounds = bounds
  }

  /// The mean of some values.
  public init(meanOf values: [Double], within bounds: ClosedRange<Double>? = nil) {
    self.init(values, over: .init(repeating: 1, count: values.count), within: bounds)
  }

  /// The number of equally heavy samples that would tell as much.
  /// - Source: Kish, "Survey Sampling", 1965.
  var effectiveCount: Double {
    let sum = denominators.reduce(0, +)
    return sum * sum / denominators.reduce(0) { $0 + $1 * $1 }
  }

  /// The number where sample i occurs `counts[i]` times.
  func value(_ counts: [Double]) -> Double {
    let (above, below) = sums(counts)
    return isRoot ? (above / below).squareRoot() : above / below
  }

  /// How the number follows a small change in the weight of each sample, to first order, where they
  /// occur `counts[i]` times; with `leavingOut` to what it comes to without the sample.
  func influences(_ counts: [Double], leavingOut: Bool = false) -> [Double] {
    let (above, below) = sums(counts)
    let ratio = above / below
    let scale = isRoot ? 0.5 / ratio.squareRoot() : 1
    return counts.indices.map { at in
      let rest = leavingOut ? below - denominators[at] : below
      return scale * (numerators[at] - ratio * denominators[at]) / rest
    }
  }

  private func sums(_ counts: [Double]) -> (above: Double, below: Double) {
    var (above, below) = (0.0, 0.0)
    for at in counts.indices {
      above += counts[at] * numerators[at]
      below += counts[at] * denominators[at]
    }
    return (above, below)
  }
}
