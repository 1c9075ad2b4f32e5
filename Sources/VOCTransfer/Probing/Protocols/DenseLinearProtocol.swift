internal import Probes

/// The classes of pixels, by logistic regression of positions; of several weight decays the one
/// that does best on a tenth of the training pictures.
enum DenseLinearProtocol: ProbeProtocol {
  static let (name, version, title) = ("dense-linear", 1, "Pixels by logistic regression")
  static let needs = ProbeNeeds.masks

  static func rows(_ probe: LayerProbe) throws -> [ProbingResult.Row] {
    let dense = try probe.dense()
    var settings = probe.settings.linear
    settings.iterations = probe.settings.dense.iterations
    let found = DenseLogistic.solved(
      dense.cells, shares: dense.shares, classes: dense.classes,
      decays: probe.settings.dense.decays, settings: settings)
    let merits = found.map { dense.merit(of: $0.probe.scores) }
    let best = merits.indices.reduce(0) { merits[$1] > merits[$0] ? $1 : $0 }
    return [
      dense.row(
        .denseLinear, isSolved: found[best].probe.isSolved, decay: found[best].decay,
        validation: merits[best], found[best].probe.scores)
    ]
  }
}
