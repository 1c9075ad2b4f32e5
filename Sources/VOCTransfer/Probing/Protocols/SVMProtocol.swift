internal import Probes
internal import Randomness

/// Support vector machines, one against the rest, each at a cost chosen by cross-validation.
enum SVMProtocol: ProbeProtocol {
  static let (name, version, title) = ("svm", 1, "Support vector machines")
  static let needs = ProbeNeeds.labels

  static func rows(_ probe: LayerProbe) -> [ProbingResult.Row] {
    let (problem, held) = probe.problem()
    let one = probe.machines(problem, probe.labels.train, held, key: probe.key.folding("svm"))
    let folds = one.costs.compactMap { $0.reason == .crossValidation ? $0.scores.max() : nil }
    return [
      probe.row(
        .svm, [one.scores], costs: [one.costs], isSolved: one.isSolved,
        validation: probe.settings.choosesLayer && !folds.isEmpty
          ? folds.reduce(0, +) / Double(folds.count) : nil)
    ]
  }
}
