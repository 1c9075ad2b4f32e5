internal import Metrics
internal import Probes
internal import Processes
internal import Statistics

/// A box around an object of each picture, found without labels: the share of pictures in which it
/// overlaps an object's by half (CorLoc). Layers are judged by the training pictures.
enum DiscoveryProtocol: ProbeProtocol {
  static let (name, version, title) = ("discovery", 1, "Objects found without labels")
  static let needs = ProbeNeeds.boxes

  static func rows(_ probe: LayerProbe) throws -> [ProbingResult.Row] {
    guard let truth = probe.truth else { return [] }
    let finder = ObjectDiscovery()
    let grid = probe.grid
    func hits(_ maps: Features, _ pictures: [ProbeTruth.Boxes]) -> Int {
      inParallel(pictures.count) { place in
        let cells = grid.cells(of: maps.rows([pictures[place].row]))
        return pictures[place].isHit(by: finder.box(cells, grid: grid), grid)
      }.count { $0 }
    }
    let all = (rows: 0...grid.rows - 1, columns: 0...grid.columns - 1)
    let test = truth.testBoxes
    let whole = test.count { $0.isHit(by: all, grid) }
    let learned = hits(probe.train, truth.trainBoxes)
    return [
      probe.row(
        .discovery, [],
        validation: truth.trainBoxes.isEmpty
          ? nil : Double(learned) / Double(truth.trainBoxes.count),
        figure: .init(
          name: "CorLoc", value: .share(hits(probe.test, test), of: test.count),
          chance: Double(whole) / Double(test.count), isShare: true))
    ]
  }
}
