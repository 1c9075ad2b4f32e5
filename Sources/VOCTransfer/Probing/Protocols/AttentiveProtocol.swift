internal import Probes
internal import Randomness

/// A classifier that learns where to look, on nine tenths of the training pictures; layers are
/// judged by the last tenth.
enum AttentiveProtocol: ProbeProtocol {
  static let (name, version, title) = ("attentive", 1, "Attentive probes")
  static let needs = ProbeNeeds.maps

  static func rows(_ probe: LayerProbe) -> [ProbingResult.Row] {
    let (held, learned) = probe.divided(probe.train.count)
    let labels = probe.labels.train
    let found = AttentiveProbe(
      probe.grid.cells(of: probe.train.rows(learned)), cells: probe.grid.count,
      labels.rows(learned), settings: probe.settings.attentive,
      key: probe.key.folding("attentive"))
    let merit = probe.merit(
      found.scores(of: probe.grid.cells(of: probe.train.rows(held))), labels.rows(held))
    let scores = found.scores(of: probe.grid.cells(of: probe.test))
    return [probe.row(.attentive, [probe.scored(scores)], validation: merit)]
  }
}
