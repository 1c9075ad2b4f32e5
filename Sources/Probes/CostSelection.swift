internal import Datasets
internal import Processes
public import Randomness
internal import Tensors

/// How the cost of a class's machine was chosen.
public struct CostSelection: Codable, Sendable, Equatable {
  /// Why this cost.
  public enum Reason: String, Codable, Sendable {
    /// Its mean score over the folds of the training samples was the best.
    case crossValidation = "cross-validation"
    /// There are too few positive or negative samples for every fold to have one.
    case tooFewSamples = "too few samples"
    /// Its score on the test samples was the best: the score is no estimate of anything.
    case testSamples = "test samples"
  }

  /// The cost.
  public let cost: Double
  /// Why this cost.
  public let reason: Reason
  /// The mean score at each cost that was tried; empty where none was.
  public let scores: [Double]
}

/// Chooses the cost of each class by cross-validation on training samples alone.
public struct CostSelector: Codable, Hashable, Sendable {
  /// The costs to choose from, ascending.
  public var costs: [Double] = (-4...5).map { power in
    (0..<abs(power)).reduce(1.0) { product, _ in power < 0 ? product / 4 : product * 4 }
  }
  /// Parts that the samples are divided into; each is scored by machines trained on the others.
  public var folds: Int = 3
  /// The cost of classes that have too few samples for that.
  public var fallback: Double = 1

  /// Powers of four from 1/256 to 1024, for features of unit length, in three folds.
  public init() {}

  /// The choice for each class. Of equally good costs the smallest is taken.
  ///
  /// `score` says how good scores are, given labels of 1, -1 and 0; nil where that is not defined.
  public func choose(
    _ problem: SupportProblem, _ labels: ProbeLabels, key: RandomKey,
    score: @Sendable (_ scores: [Double], _ labels: [Int8]) -> Double?
  ) -> [CostSelection] {
    labels.check(problem.features, "CostSelector")
    require(
      folds > 1 && !costs.isEmpty && costs == costs.sorted() && costs[0] > 0,
      "CostSelector: \(folds) folds, costs \(costs)")
    return inParallel(labels.classes) { c in
      choose(labels.of(c), problem, key: key.folding(c), score: score)
    }
  }

  private func choose(
    _ labels: [Int8], _ problem: SupportProblem, key: RandomKey,
    score: ([Double], [Int8]) -> Double?
  ) -> CostSelection {
    guard let fold = StratifiedFolds.of(labels, count: folds, key: key.folding("folds")) else {
      return CostSelection(cost: fallback, reason: .tooFewSamples, scores: [])
    }
    var sums = [Double](repeating: 0, count: costs.count)
    for part in 0..<folds {
      let train = labels.indices.filter { fold[$0] != part }
      let held = labels.indices.filter { fold[$0] == part && labels[$0] != 0 }
      var solution: SupportProblem.Solution?
      for (place, cost) in costs.enumerated() {
        let next = problem.solve(
          labels, rows: train, cost: cost, key: key.folding(part), from: solution)
        sums[place] += score(problem.scores(next, of: held), held.map { labels[$0] }) ?? 0
        solution = next
      }
    }
    let scores = sums.map { $0 / Double(folds) }
    let best = scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
    return CostSelection(cost: costs[best], reason: .crossValidation, scores: scores)
  }

  /// The choice that looks at the test samples: what a table must not be made from unless it says
  /// so. Of equally good costs the smallest is taken.
  public func chooseOnTest(
    _ problem: SupportProblem, _ labels: ProbeLabels, test: Features, _ testLabels: ProbeLabels,
    key: RandomKey,
    score: @Sendable (_ scores: [Double], _ labels: [Int8]) -> Double?
  ) -> [CostSelection] {
    let found = costs.map { cost in
      let machines = LinearSVM(
        problem, labels, costs: [Double](repeating: cost, count: labels.classes), key: key)
      let scores = machines.scores(of: test)
      return (0..<labels.classes).map { c in
        score(
          stride(from: c, to: scores.count, by: labels.classes).map { scores[$0] },
          testLabels.of(c)) ?? 0
      }
    }
    return (0..<labels.classes).map { c in
      let best = costs.indices.reduce(0) { found[$1][c] > found[$0][c] ? $1 : $0 }
      return CostSelection(cost: costs[best], reason: .testSamples, scores: found.map { $0[c] })
    }
  }
}

/// Parts of a training set that hold equal shares of each label.
enum StratifiedFolds {
  /// The part of each sample, or nil where some part would lack positives or negatives.
  static func of(_ labels: [Int8], count: Int, key: RandomKey) -> [Int]? {
    var fold = [Int](repeating: 0, count: labels.count)
    for label: Int8 in [1, -1, 0] {
      let places = labels.indices.filter { labels[$0] == label }
      if label != 0 && places.count < count { return nil }
      var stream = key.folding(Int(label) + 1).stream()
      for (turn, place) in stream.permutation(places.count).enumerated() {
        fold[places[place]] = turn % count
      }
    }
    return fold
  }
}
