internal import Probes
internal import Randomness

/// Support vector machines on few positive pictures of each class, over several draws.
enum LowShotProtocol: ProbeProtocol {
  static let (name, version) = ("low-shot", 1)
  static let title = "Support vector machines on few positives"
  static let needs = ProbeNeeds.labels

  static func rows(_ probe: LayerProbe) -> [ProbingResult.Row] {
    let (problem, held) = probe.problem()
    let (few, classes) = (probe.settings.few, probe.classes)
    let ratio = few.negativesPerPositive > 0 ? few.negativesPerPositive : max(1, classes.count - 1)
    return few.positives.compactMap { positives in
      let full = (0..<classes.count).filter {
        probe.labels.train.of($0).count { $0 == 1 } >= positives
      }
      guard !full.isEmpty else { return nil }
      let draws = (0..<few.draws).map { draw -> (ProbeScores, [CostSelection], Bool) in
        let key = probe.key.folding("draw").folding(draw)
        let drawn = drawn(
          probe.labels.train, positives, negatives: ratio * positives, key: key.folding("samples"))
        let one = probe.machines(problem, drawn, held, key: key.folding(positives))
        return (one.scores, one.costs, one.isSolved)
      }
      return probe.row(
        .lowShot, draws.map(\.0), positives: (positives, full), costs: draws.map(\.1),
        isSolved: draws.allSatisfy(\.2))
    }
  }

  /// Labels that know only the samples drawn for each class. A class with fewer positives gives all
  /// it has.
  private static func drawn(
    _ labels: ProbeLabels, _ positives: Int, negatives: Int, key: RandomKey
  ) -> ProbeLabels {
    var values = [Int8](repeating: 0, count: labels.values.count)
    for c in 0..<labels.classes {
      let column = labels.of(c)
      let available = column.count { $0 == 1 }
      guard available > 0 else { continue }
      let rows =
        LowShot.draw(
          column, positives: min(positives, available), negatives: negatives, key: key.folding(c))
        ?? []
      for row in rows { values[row * labels.classes + c] = column[row] }
    }
    return ProbeLabels(multiple: values, classes: labels.classes)
  }
}
