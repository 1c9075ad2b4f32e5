internal import Metrics
internal import Probes
internal import Randomness

/// What protocols are given of one layer, and what they have in common.
struct LayerProbe {
  let settings: ProbingConfiguration
  let layer: String
  /// Rows of features averaged over pictures, or of whole maps, as the protocol needs.
  let train, test: Features
  /// The positions of maps.
  let grid: CellGrid
  let labels: (train: ProbeLabels, test: ProbeLabels)
  let classes: [String]
  /// Masks and boxes, where a protocol needs them.
  let truth: ProbeTruth?
  let key: RandomKey
  /// The key of the training pictures that are held out.
  let heldOut: RandomKey
  let selectsOnTest: Bool

  /// What a method comes to: one row, or several.
  func rows(_ method: ProbingConfiguration.Method) throws -> [ProbingResult.Row] {
    try method.asked.rows(self)
  }

  /// A tenth of `count` training pictures, and the others: the same for every layer and start.
  func divided(_ count: Int) -> (held: [Int], learned: [Int]) {
    var stream = heldOut.stream()
    let order = stream.permutation(count)
    let held = max(1, count / 10)
    return (order.prefix(held).sorted(), order.dropFirst(held).sorted())
  }

  /// What layers and settings are chosen by: the accuracy, or the mean average precision of
  /// pictures of several classes.
  func merit(_ scores: [Double], _ labels: ProbeLabels) -> Double {
    labels.isSingle
      ? labels.accuracy(of: scores)
      : AveragePrecision.area(scores: scores, labels: labels.values, classes: classes).mean ?? 0
  }

  /// Rows of unit length, on which costs mean the same for every layer and start.
  func problem() -> (SupportProblem, Features) {
    let standardization = Standardization(train)
    return (
      SupportProblem(standardization(train).withUnitRows, settings: settings.svm),
      standardization(test).withUnitRows
    )
  }

  func machines(
    _ problem: SupportProblem, _ train: ProbeLabels, _ held: Features, key: RandomKey
  ) -> (scores: ProbeScores, costs: [CostSelection], isSolved: Bool) {
    let precision: @Sendable ([Double], [Int8]) -> Double? = {
      AveragePrecision.area(scores: $0, labels: $1)
    }
    let costs =
      selectsOnTest
      ? settings.costs.chooseOnTest(
        problem, train, test: held, labels.test, key: key, score: precision)
      : settings.costs.choose(problem, train, key: key, score: precision)
    let machines = LinearSVM(problem, train, costs: costs.map(\.cost), key: key)
    return (scored(machines.scores(of: held)), costs, machines.isSolved.allSatisfy { $0 })
  }

  func scored(_ scores: [Double]) -> ProbeScores {
    ProbeScores(
      scores, labels.test, classes: classes, resamples: settings.resamples,
      key: key.folding("resamples"))
  }

  func row(
    _ method: ProbingConfiguration.Method, _ scores: [ProbeScores],
    positives: (each: Int, full: [Int])? = nil,
    costs: [[CostSelection]] = [], isSolved: Bool = true, decay: Double? = nil,
    validation: Double? = nil, figure: ProbingResult.Row.Figure? = nil
  ) -> ProbingResult.Row {
    .init(
      protocolName: method.protocolName, size: settings.size, figure: figure,
      layer: layer, method: method, features: train.columns, positives: positives?.each,
      fullClasses: positives?.full.count,
      fullClassNames: positives.map { $0.full.map { classes[$0] } }, scores: scores, costs: costs,
      isSolved: isSolved,
      decay: decay, validation: validation)
  }
}
