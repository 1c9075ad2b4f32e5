internal import Probes

/// Logistic regression; of several weight decays the one that does best on a tenth of the training
/// pictures.
enum LinearProtocol: ProbeProtocol {
  static let (name, version, title) = ("linear", 1, "Linear probes")
  static let needs = ProbeNeeds.labels

  static func rows(_ probe: LayerProbe) -> [ProbingResult.Row] {
    let (settings, train, labels) = (probe.settings, probe.train, probe.labels.train)
    guard !settings.decays.isEmpty else {
      let found = LinearProbe(train, labels, settings: settings.linear)
      return [
        probe.row(.linear, [probe.scored(found.scores(of: probe.test))], isSolved: found.isSolved)
      ]
    }
    // The same pictures for every layer and start of a seed.
    let (held, learned) = probe.divided(train.count)
    let best = LinearProbe.best(
      of: settings.decays, train.rows(learned), labels.rows(learned), held: train.rows(held),
      labels.rows(held), settings: settings.linear, score: probe.merit)
    return [
      probe.row(
        .linear, [probe.scored(best.probe.scores(of: probe.test))], isSolved: best.probe.isSolved,
        decay: best.decay, validation: best.score)
    ]
  }
}
