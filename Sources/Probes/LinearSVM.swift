internal import Datasets
internal import Processes
public import Randomness
internal import Tensors

/// One linear support vector machine per class, each class against all others.
///
/// Every machine minimizes |w|² / 2 + cost (sum of losses), the intercept being the weight of a
/// constant column: the problem that LIBLINEAR and scikit-learn's `LinearSVC` solve.
public struct LinearSVM: Sendable {
  /// What a sample on the wrong side of its margin costs.
  public enum Loss: String, Codable, Sendable, CaseIterable {
    /// max(0, 1 - y s).
    case hinge
    /// max(0, 1 - y s)².
    case squaredHinge = "squared-hinge"
  }

  /// What the machines depend on besides data, cost and key.
  public struct Settings: Codable, Hashable, Sendable {
    /// What a sample on the wrong side of its margin costs.
    public var loss: Loss = .squaredHinge
    /// The constant column; 0 for machines through the origin.
    public var intercept: Double = 1
    /// How much more a positive sample costs than a negative one.
    public var positiveWeight: Double = 1
    /// The largest projected gradient of a solution.
    public var tolerance: Double = 1e-3
    /// Rounds over all samples, at most.
    public var epochs: Int = 1000

    /// scikit-learn's defaults, solved more closely.
    public init() {}
  }

  /// The weights, [classes, columns]; zeros for a class without samples of both signs.
  public let weights: Features
  /// The intercept of each class.
  public let intercepts: [Double]
  /// The cost of each class.
  public let costs: [Double]
  /// Classes whose solution met the tolerance within the allowed rounds.
  public let isSolved: [Bool]

  /// Trains one machine per class, each at its own cost; samples that are 0 for a class take no
  /// part in it. Classes are solved on all cores; the result does not depend on their number.
  public init(
    _ problem: SupportProblem, _ labels: ProbeLabels, costs: [Double], key: RandomKey
  ) {
    labels.check(problem.features, "LinearSVM")
    require(
      costs.count == labels.classes && costs.allSatisfy { $0 > 0 },
      "LinearSVM: \(costs.count) costs for \(labels.classes) classes, or one that is not positive")
    let all = Array(0..<labels.count)
    let solutions = inParallel(labels.classes) { c in
      problem.solve(labels.of(c), rows: all, cost: costs[c], key: key.folding(c))
    }
    (weights, intercepts) = problem.weights(solutions)
    isSolved = solutions.map(\.isSolved)
    self.costs = costs
  }

  /// How far each sample lies on the positive side. Shapes: [samples, classes].
  public func scores(of features: Features) -> [Double] {
    features.products(with: weights).enumerated().map {
      Double($1) + intercepts[$0 % intercepts.count]
    }
  }
}
