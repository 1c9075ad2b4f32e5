internal import Probes

/// The weighed vote of the nearest training pictures; layers are judged leaving one out.
enum KNNProtocol: ProbeProtocol {
  static let (name, version, title) = ("knn", 1, "Nearest neighbors")
  static let needs = ProbeNeeds.labels

  static func rows(_ probe: LayerProbe) -> [ProbingResult.Row] {
    let settings = probe.settings
    let votes = NearestNeighbors(
      probe.train, probe.labels.train, neighbors: settings.neighbors,
      temperature: settings.temperature)
    let isJudged = settings.choosesLayer && probe.train.count > settings.neighbors
    return [
      probe.row(
        .neighbors, [probe.scored(votes.scores(of: probe.test))],
        validation: isJudged
          ? probe.merit(votes.scores(of: probe.train, leavingOneOut: true), probe.labels.train)
          : nil)
    ]
  }
}
