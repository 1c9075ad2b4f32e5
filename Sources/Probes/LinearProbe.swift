internal import Glibc
internal import Tensors

/// Logistic regression on standardized features: softmax for samples of one class each, one sigmoid
/// per class otherwise.
///
/// Features are normalized by the mean and variance of the training set, which is batch
/// normalization without gain and offset; the problem is convex and solved by L-BFGS over the whole
/// set, so that no learning rate is chosen and the result is the same at every run.
/// - Source: the protocol of Zhang, Isola & Efros 2016 (released as
///   feature_learning_tests/linear), which takes the same steps by stochastic gradient descent.
public struct LinearProbe: Sendable {
  /// What the probe depends on besides the data.
  public struct Settings: Codable, Hashable, Sendable {
    /// The weight of half the squared length of the weights, against the mean loss over samples.
    public var weightDecay: Double = 5e-4
    /// Steps at most.
    public var iterations: Int = 500
    /// The largest gradient of a solution.
    public var tolerance: Double = 1e-4

    /// The released weight decay.
    public init() {}
  }

  /// The weights, [classes, columns].
  public let weights: Features
  /// The intercept of each class.
  public let intercepts: [Double]
  /// Whether the tolerance was met.
  public let isSolved: Bool
  private let standardization: Standardization

  /// Trains a probe; samples that are 0 for a class take no part in it.
  public init(_ features: Features, _ labels: ProbeLabels, settings: Settings = .init()) {
    labels.check(features, "LinearProbe")
    let standardization = Standardization(features)
    let start = [Double](repeating: 0, count: labels.classes * (features.columns + 1))
    self =
      Self.solved(
        standardization, LogisticProblem(standardization(features), labels, settings.weightDecay),
        settings, from: start
      ).probe
  }

  /// The probe of the decay that scores best on samples held out, and that score; of equal ones the
  /// strongest. Decays are solved from the strongest on, each from the weights of the one before.
  public static func best(
    of decays: [Double], _ features: Features, _ labels: ProbeLabels, held: Features,
    _ heldLabels: ProbeLabels, settings: Settings = .init(),
    score: (_ scores: [Double], _ labels: ProbeLabels) -> Double
  ) -> (probe: LinearProbe, decay: Double, score: Double) {
    require(!decays.isEmpty, "LinearProbe: there are no decays to choose from")
    labels.check(features, "LinearProbe")
    let standardization = Standardization(features)
    var problem = LogisticProblem(standardization(features), labels, 0)
    var point = [Double](repeating: 0, count: labels.classes * (features.columns + 1))
    var best: (probe: LinearProbe, decay: Double, score: Double)?
    for decay in decays.sorted(by: >) {
      problem.weightDecay = decay
      let (probe, end) = solved(standardization, problem, settings, from: point)
      point = end
      let found = score(probe.scores(of: held), heldLabels)
      if best.map({ found > $0.score }) ?? true { best = (probe, decay, found) }
    }
    return best!
  }

  private static func solved(
    _ standardization: Standardization, _ problem: LogisticProblem, _ settings: Settings,
    from start: [Double]
  ) -> (probe: LinearProbe, point: [Double]) {
    let solver = LBFGS(iterations: settings.iterations, tolerance: settings.tolerance)
    let (point, isSolved) = solver.minimize(from: start, problem.value)
    let classes = problem.labels.classes
    let probe = LinearProbe(
      weights: Features(
        point.dropLast(classes).map { Float($0) }, columns: problem.rows.shape[1]),
      intercepts: Array(point.suffix(classes)), isSolved: isSolved,
      standardization: standardization)
    return (probe, point)
  }

  private init(
    weights: Features, intercepts: [Double], isSolved: Bool, standardization: Standardization
  ) {
    (self.weights, self.intercepts) = (weights, intercepts)
    (self.isSolved, self.standardization) = (isSolved, standardization)
  }

  /// The logits. Shapes: [samples, classes].
  public func scores(of features: Features) -> [Double] {
    standardization(features).products(with: weights).enumerated().map {
      Double($1) + intercepts[$0 % intercepts.count]
    }
  }
}

/// The loss of logistic regression and its gradient. A point is the weights and then the
/// intercepts.
struct LogisticProblem {
  let rows: Tensor
  let labels: ProbeLabels
  var weightDecay: Double

  init(_ features: Features, _ labels: ProbeLabels, _ weightDecay: Double) {
    rows = features.tensor
    self.labels = labels
    self.weightDecay = weightDecay
  }

  func value(_ point: [Double]) -> (value: Double, gradient: [Double]) {
    let (classes, columns, n) = (labels.classes, rows.shape[1], Double(labels.count))
    let size = classes * columns
    let weights = Tensor(point.prefix(size).map { Float($0) }, shape: [classes, columns])
    var logits = rows.matrixProduct(weights, transposeOther: true).doubles
    for place in logits.indices { logits[place] += point[size + place % classes] }
    let (losses, residuals) = labels.isSingle ? softmax(logits) : sigmoids(logits)
    let slopes = Tensor(residuals.map { Float($0 / n) }, shape: [labels.count, classes])
      .matrixProduct(rows, transposeSelf: true).doubles
    var gradient = [Double](repeating: 0, count: point.count)
    var squares = 0.0
    for place in 0..<size {
      squares += point[place] * point[place]
      gradient[place] = slopes[place] + weightDecay * point[place]
    }
    for (place, residual) in residuals.enumerated() {
      gradient[size + place % classes] += residual / n
    }
    return (losses / n + weightDecay / 2 * squares, gradient)
  }

  private func sigmoids(_ logits: [Double]) -> (Double, [Double]) {
    var (sum, residuals) = (0.0, [Double](repeating: 0, count: logits.count))
    for (place, label) in labels.values.enumerated() where label != 0 {
      let (x, target) = (logits[place], label > 0 ? 1.0 : 0)
      sum += max(x, 0) - x * target + log1p(exp(-abs(x)))
      residuals[place] = 1 / (1 + exp(-x)) - target
    }
    return (sum, residuals)
  }

  private func softmax(_ logits: [Double]) -> (Double, [Double]) {
    var (sum, residuals) = (0.0, [Double](repeating: 0, count: logits.count))
    for row in 0..<labels.count {
      let range = row * labels.classes..<(row + 1) * labels.classes
      let largest = range.lazy.map { logits[$0] }.max()!
      let total = range.reduce(0) { $0 + exp(logits[$1] - largest) }
      for place in range {
        residuals[place] = exp(logits[place] - largest) / total
        guard labels.values[place] == 1 else { continue }
        residuals[place] -= 1
        sum += log(total) + largest - logits[place]
      }
    }
    return (sum, residuals)
  }
}
