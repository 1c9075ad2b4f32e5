internal import Probes

/// The classes of pixels, by the nearest positions of training pictures.
enum DenseKNNProtocol: ProbeProtocol {
  static let (name, version, title) = ("dense-knn", 1, "Pixels by nearest positions")
  static let needs = ProbeNeeds.masks

  static func rows(_ probe: LayerProbe) throws -> [ProbingResult.Row] {
    let dense = try probe.dense()
    let votes = DenseNeighbors(
      dense.cells, shares: dense.shares, classes: dense.classes,
      neighbors: probe.settings.dense.neighbors, temperature: probe.settings.dense.temperature)
    return [
      dense.row(.denseNeighbors, validation: dense.merit(of: votes.scores), votes.scores)
    ]
  }
}
