#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Interval {
  /// The mean of at least one value with its 95 % interval by Student's t, for values such as the
  /// results of several seeds. Two give their range: the interval of two is so wide (12.7 standard
  /// errors) that nobody reads it.
  ///
  /// - Source: Student, "The probable error of a mean", 1908.
  public static func student(_ values: [Double]) -> Interval {
    precondition(!values.isEmpty, "Interval.student: there are no values")
    let mean = values.mean
    guard values.count > 1 else { return Interval(mean) }
    guard values.count > 2 else {
      return Interval(
        mean: mean, low: values.min()!, high: values.max()!, count: 2, isRange: true)
    }
    let half =
      studentQuantile(0.975, degrees: values.count - 1) * values.standardDeviation
      / Double(values.count).squareRoot()
    return Interval(mean: mean, low: mean - half, high: mean + half, count: values.count)
  }

  /// The mean of a - b with its 95 % interval, where `a[i]` and `b[i]` share a seed or a fold.
  public static func pairedDifference(_ a: [Double], _ b: [Double]) -> Interval {
    precondition(
      a.count == b.count, "Interval.pairedDifference: \(a.count) values and \(b.count)")
    return student(zip(a, b).map { $0 - $1 })
  }

  /// The value that Student's t with these degrees of freedom stays below with this probability.
  public static func studentQuantile(_ probability: Double, degrees: Int) -> Double {
    precondition(
      probability > 0 && probability < 1 && degrees >= 1,
      "Interval.studentQuantile: probability \(probability), \(degrees) degrees of freedom")
    if probability < 0.5 { return -studentQuantile(1 - probability, degrees: degrees) }
    func below(_ t: Double) -> Double {
      let n = Double(degrees)
      return 1 - 0.5 * incompleteBeta(n / (n + t * t), n / 2, 0.5)
    }
    var (low, high) = (0.0, 1.0)
    while below(high) < probability { high *= 2 }
    // Halving until no number lies between: exact to the last bits, and never astray.
    while true {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { return middle }
      if below(middle) < probability { low = middle } else { high = middle }
    }
  }

  /// The regularized incomplete beta function, by its continued fraction.
  ///
  /// - Source: DLMF 8.17.22, evaluated by Lentz's method (1976).
  private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let front = exp(
      a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b))
    let tiny = 1e-300
    var (c, d) = (1.0, 1 / max(abs(1 - (a + b) * x / (a + 1)), tiny))
    var fraction = d
    for m in 1...500 {
      let m = Double(m)
      for term in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 + term * d
        c = 1 + term / c
        if abs(d) < tiny { d = tiny }
        if abs(c) < tiny { c = tiny }
        d = 1 / d
        fraction *= c * d
      }
      if abs(c * d - 1) < 1e-16 { break }
    }
    return front * fraction / a
  }
}
