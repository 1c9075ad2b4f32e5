internal import Metrics
internal import Probes
internal import Randomness

/// All methods on the features of one layer.
struct LayerProbe {
  let settings: ProbingConfiguration
  let layer: String
  let train, test: Features
  let labels: (train: ProbeLabels, test: ProbeLabels)
  let classes: [String]
  let key: RandomKey
  /// The key of the training pictures that decays are judged by.
  let heldOut: RandomKey
  let selectsOnTest: Bool

  /// What a method comes to: one row, or one for each number of positives.
  func rows(_ method: ProbingConfiguration.Method) -> [ProbingResult.Row] {
    switch method {
    case .linear:
      guard !settings.decays.isEmpty else {
        let probe = LinearProbe(train, labels.train, settings: settings.linear)
        return [row(method, [scored(probe.scores(of: test))], isSolved: probe.isSolved)]
      }
      return [chosen()]
    case .neighbors:
      let votes = NearestNeighbors(
        train, labels.train, neighbors: settings.neighbors, temperature: settings.temperature)
      return [row(method, [scored(votes.scores(of: test))])]
    case .svm:
      let (problem, held) = problem()
      let one = machines(problem, labels.train, held, key: key.folding("svm"))
      return [row(method, [one.scores], costs: [one.costs], isSolved: one.isSolved)]
    case .lowShot: return lowShot()
    }
  }

  /// The linear probe whose decay does best on training pictures that it has not learned from: the
  /// same pictures for every layer and start of a seed.
  private func chosen() -> ProbingResult.Row {
    var stream = heldOut.stream()
    let order = stream.permutation(train.count)
    let count = max(1, train.count / 10)
    let (held, learned) = (order.prefix(count).sorted(), order.dropFirst(count).sorted())
    let best = LinearProbe.best(
      of: settings.decays, train.rows(learned), labels.train.rows(learned),
      held: train.rows(held), labels.train.rows(held), settings: settings.linear
    ) { scores, labels in
      labels.isSingle
        ? labels.accuracy(of: scores)
        : AveragePrecision.area(scores: scores, labels: labels.values, classes: classes).mean ?? 0
    }
    return row(
      .linear, [scored(best.probe.scores(of: test))], isSolved: best.probe.isSolved,
      decay: best.decay, validation: best.score)
  }

  /// Rows of unit length, on which costs mean the same for every layer and start.
  private func problem() -> (SupportProblem, Features) {
    let standardization = Standardization(train)
    return (
      SupportProblem(standardization(train).withUnitRows, settings: settings.svm),
      standardization(test).withUnitRows
    )
  }

  private func lowShot() -> [ProbingResult.Row] {
    let (problem, held) = problem()
    let few = settings.few
    let ratio = few.negativesPerPositive > 0 ? few.negativesPerPositive : max(1, classes.count - 1)
    return few.positives.compactMap { positives in
      let full = (0..<classes.count).filter { labels.train.of($0).count { $0 == 1 } >= positives }
      guard !full.isEmpty else { return nil }
      let draws = (0..<few.draws).map { draw -> (ProbeScores, [CostSelection], Bool) in
        let key = key.folding("draw").folding(draw)
        let drawn = drawn(positives, negatives: ratio * positives, key: key.folding("samples"))
        let one = machines(problem, drawn, held, key: key.folding(positives))
        return (one.scores, one.costs, one.isSolved)
      }
      return row(
        .lowShot, draws.map(\.0), positives: (positives, full), costs: draws.map(\.1),
        isSolved: draws.allSatisfy(\.2))
    }
  }

  /// Labels that know only the samples drawn for each class. A class with fewer positives gives all
  /// it has.
  private func drawn(_ positives: Int, negatives: Int, key: RandomKey) -> ProbeLabels {
    var values = [Int8](repeating: 0, count: labels.train.values.count)
    for c in 0..<labels.train.classes {
      let column = labels.train.of(c)
      let available = column.count { $0 == 1 }
      guard available > 0 else { continue }
      let rows =
        LowShot.draw(
          column, positives: min(positives, available), negatives: negatives, key: key.folding(c))
        ?? []
      for row in rows { values[row * labels.train.classes + c] = column[row] }
    }
    return ProbeLabels(multiple: values, classes: labels.train.classes)
  }

  private func machines(
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

  private func scored(_ scores: [Double]) -> ProbeScores {
    ProbeScores(
      scores, labels.test, classes: classes, resamples: settings.resamples,
      key: key.folding("resamples"))
  }

  private func row(
    _ method: ProbingConfiguration.Method, _ scores: [ProbeScores],
    positives: (each: Int, full: [Int])? = nil,
    costs: [[CostSelection]] = [], isSolved: Bool = true, decay: Double? = nil,
    validation: Double? = nil
  ) -> ProbingResult.Row {
    .init(
      layer: layer, method: method, features: train.columns, positives: positives?.each,
      fullClasses: positives?.full.count,
      fullClassNames: positives.map { $0.full.map { classes[$0] } }, scores: scores, costs: costs,
      isSolved: isSolved,
      decay: decay, validation: validation)
  }
}
