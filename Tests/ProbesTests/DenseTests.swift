import Foundation
import Probes
import Randomness
import TestSupport
import Testing

/// What PyTorch, scikit-learn and SciPy compute; `Golden/make_dense.py` makes it.
private struct DenseGolden: Decodable {
  struct Neighbors: Decodable {
    let neighbors: Int
    let temperature: Double
    let scores: [Double]
  }
  struct Logistic: Decodable {
    let decay: Double
    let scores: [Double]
  }
  struct Attentive: Decodable {
    let parameters, gradient: [Double]
    let labels: [Int]
    let single: Bool
    let loss: Double
  }
  struct Discovery: Decodable {
    let rows, columns, expansion: Int
    let cells: [Float]
    let box: [Int]
  }
  let rows, columns, channels, side, classes: Int
  let maps: [Float]
  let masks: [UInt8]
  let shares: [Double]
  let neighbors: [Neighbors]
  let logistic: [Logistic]
  let labels: [UInt8]
  let attentive: [Attentive]
  let discoveries: [Discovery]

  var grid: CellGrid { CellGrid(rows: rows, columns: columns) }
  var pictures: Int { masks.count / (side * side) }
  /// Positions of training pictures and of the others.
  var cells: (bank: Features, queries: Features) {
    let all = grid.cells(of: Features(maps, columns: channels * grid.count))
    let count = pictures * grid.count
    return (all.rows(Array(0..<count)), all.rows(Array(count..<all.count)))
  }
  var targets: [Float] { shares.map { Float($0) } }

  static let all: DenseGolden = {
    let path = SharedData.packagePath("Tests/ProbesTests/Golden/dense.json")
    return try! JSONDecoder().decode(
      DenseGolden.self, from: FileManager.default.contents(atPath: path)!)
  }()
}

@Suite struct DenseTests {
  private let golden = DenseGolden.all

  @Test func sharesAreAdaptiveMeansOfWhatIsKnown() {
    let area = golden.side * golden.side
    let found = (0..<golden.pictures).flatMap {
      golden.grid.shares(
        of: Array(golden.masks[$0 * area..<($0 + 1) * area]), side: golden.side,
        classes: golden.classes)
    }
    #expect(distance(found.map { Double($0) }, golden.shares) < 1e-6)
    // Of the first position nothing is known.
    #expect(found.prefix(golden.classes).allSatisfy { $0 == 0 })
  }

  @Test func votesOfPositionsAreThoseOfScikitLearn() {
    let cells = golden.cells
    for one in golden.neighbors {
      let votes = DenseNeighbors(
        cells.bank, shares: golden.targets, classes: golden.classes, neighbors: one.neighbors,
        temperature: one.temperature)
      #expect(distance(votes.scores(of: cells.queries).map { Double($0) }, one.scores) < 2e-5)
    }
  }

  /// Weights of classes can move together where nothing decays: logits agree up to a constant.
  @Test func regressionOfSharesIsThatOfScikitLearn() {
    let cells = golden.cells
    var settings = LinearProbe.Settings()
    settings.tolerance = 1e-7
    let found = DenseLogistic.solved(
      cells.bank, shares: golden.targets, classes: golden.classes,
      decays: golden.logistic.map(\.decay), settings: settings)
    #expect(found.map(\.decay) == golden.logistic.map(\.decay))
    func centered(_ scores: [Double]) -> [Double] {
      scores.indices.map { place in
        let start = place / golden.classes * golden.classes
        let own = scores[start..<start + golden.classes]
        return scores[place] - own.reduce(0, +) / Double(golden.classes)
      }
    }
    for (one, wanted) in zip(found, golden.logistic) {
      let scores = one.probe.scores(of: cells.queries).map { Double($0) }
      #expect(distance(centered(scores), centered(wanted.scores)) < 2e-4)
    }
    let scores = found[1].probe.scores(of: cells.queries)
    let size = golden.grid.count * golden.classes
    let labels = (0..<scores.count / size).flatMap {
      golden.grid.labels(
        of: Array(scores[$0 * size..<($0 + 1) * size]), classes: golden.classes, side: golden.side)
    }
    // A pixel on the edge of two classes may fall either way.
    #expect(labels.count == golden.labels.count)
    #expect(zip(labels, golden.labels).count { $0 != $1 } <= 2)
    #expect(Set(labels).count > 1)
  }

  @Test func attentionHasThePyTorchLossAndGradient() {
    let rows = golden.cells.bank
    for one in golden.attentive {
      var model = AttentiveModel(
        queries: 2, channels: golden.channels, classes: golden.classes, cells: golden.grid.count,
        key: RandomKey(seed: 1))
      model.parameters = one.parameters
      let labels =
        one.single
        ? ProbeLabels(single: one.labels, classes: golden.classes)
        : ProbeLabels(multiple: one.labels.map { Int8($0) }, classes: golden.classes)
      let found = model.loss(rows, labels, of: Array(0..<golden.pictures))
      #expect(abs(found.value - one.loss) < 1e-8)
      #expect(distance(found.gradient, one.gradient) < 1e-8)
    }
  }

  /// One position of each picture tells its class, the others are noise: a mean over all of them
  /// hides it, attention finds it.
  @Test func attentionFindsWhatAMeanHides() {
    var stream = RandomKey(seed: 3).stream()
    let (count, cells, channels) = (160, 25, 4)
    var (values, labels): ([Float], [Int]) = ([], [])
    for _ in 0..<count {
      let (own, place) = (stream.index(below: 2), stream.index(below: cells))
      labels.append(own)
      for cell in 0..<cells {
        let told = cell == place
        values += [
          told ? 6 : 0, told ? (own == 0 ? 6 : -6) : Float(3 * stream.normal()),
          Float(stream.normal()), Float(stream.normal()),
        ]
      }
    }
    let known = ProbeLabels(single: labels, classes: 2)
    let features = Features(values, columns: channels)
    var settings = AttentiveProbe.Settings()
    (settings.epochs, settings.learningRate) = (60, 0.03)
    let probe = AttentiveProbe(
      features, cells: cells, known, settings: settings, key: RandomKey(seed: 4))
    #expect(known.accuracy(of: probe.scores(of: features)) > 0.95)
    let means = (0..<count * channels).map { place in
      (0..<cells).reduce(Float(0)) {
        $0 + values[(place / channels * cells + $1) * channels + place % channels]
      }
    }
    let linear = LinearProbe(Features(means, columns: channels), known)
    #expect(known.accuracy(of: linear.scores(of: Features(means, columns: channels))) < 0.85)
  }

  @Test func boxesAreThoseOfTheGoldenProgram() {
    for one in golden.discoveries {
      let box = ObjectDiscovery(expansion: one.expansion).box(
        Features(one.cells, columns: one.cells.count / (one.rows * one.columns)),
        grid: CellGrid(rows: one.rows, columns: one.columns))
      #expect(
        [box.rows.lowerBound, box.rows.upperBound, box.columns.lowerBound, box.columns.upperBound]
          == one.box)
    }
  }
}
