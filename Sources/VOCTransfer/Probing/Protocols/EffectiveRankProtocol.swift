internal import Networks
internal import Probes
internal import Statistics

/// How many directions the mean features of training pictures take; no labels, and no layer is
/// better for it.
enum EffectiveRankProtocol: ProbeProtocol {
  static let (name, version, title) = ("effective-rank", 1, "Effective rank")
  static let needs = ProbeNeeds.maps

  static func rows(_ probe: LayerProbe) -> [ProbingResult.Row] {
    let (maps, cells) = (probe.train, probe.grid.count)
    let channels = maps.columns / cells
    let means = (0..<maps.count * channels).map { place in
      maps.values[place * cells..<(place + 1) * cells].reduce(0, +) / Float(cells)
    }
    guard let rank = EffectiveRank(means, rows: maps.count, columns: channels) else { return [] }
    return [
      probe.row(
        .rank, [],
        figure: .init(
          name: "directions", value: Interval(rank.value), chance: nil, isShare: false))
    ]
  }
}
