internal import Configurations
internal import Metrics
internal import Probes
internal import Processes
internal import Randomness
internal import Statistics

/// What dense protocols learn from on one layer, and how they are scored: by the overlap of every
/// pixel's class with masks at full resolution.
struct DenseProbe {
  let probe: LayerProbe
  /// Positions to learn from, and the share of each class there.
  let cells: Features
  let shares: [Float]
  /// Background and the classes.
  let classes: Int
  /// Masks of training pictures that are not learned from.
  private let held: [ProbeTruth.Mask]
  private let masks: [ProbeTruth.Mask]

  init(_ probe: LayerProbe, _ truth: ProbeTruth) {
    self.probe = probe
    classes = probe.classes.count + 1
    masks = truth.testMasks
    let (heldOut, learned) = probe.divided(truth.trainMasks.count)
    held = heldOut.map { truth.trainMasks[$0] }
    let own = learned.map { truth.trainMasks[$0] }
    let (grid, classes) = (probe.grid, classes)
    let all = inParallel(own.count) {
      grid.shares(of: own[$0].classes, side: own[$0].side, classes: classes)
    }.flatMap { $0 }
    // Positions of which nothing is known teach nothing.
    let known = (0..<own.count * grid.count).filter { cell in
      all[cell * classes..<(cell + 1) * classes].contains { $0 > 0 }
    }
    var stream = probe.heldOut.folding("positions").stream()
    let chosen = stream.permutation(known.count).prefix(probe.settings.dense.samples)
      .map { known[$0] }.sorted()
    cells = grid.cells(of: probe.train.rows(own.map(\.row))).rows(chosen)
    shares = chosen.flatMap { all[$0 * classes..<($0 + 1) * classes] }
  }

  /// The mean overlap on the training pictures held out.
  func merit(of scores: (Features) -> [Float]) -> Double {
    Self.overlap(confusions(held, probe.train, scores), classes)
  }

  /// The row of scores of positions.
  func row(
    _ method: ProbingConfiguration.Method, isSolved: Bool = true, decay: Double? = nil,
    validation: Double, _ scores: (Features) -> [Float]
  ) -> ProbingResult.Row {
    let found = confusions(masks, probe.test, scores)
    var stream = probe.key.folding("resamples").stream()
    let draws = (0..<probe.settings.resamples).map { _ in
      (0..<found.count).map { _ in stream.index(below: found.count) }
    }
    let classes = classes
    let means = inParallel(draws.count) { draw in
      Self.overlap(draws[draw].map { found[$0] }, classes)
    }
    // Of pictures that are given to background as a whole.
    let background = found.map { counts in
      var given = [Int32](repeating: 0, count: counts.count)
      for row in 0..<classes {
        given[row * classes] = counts[row * classes..<(row + 1) * classes].reduce(0, +)
      }
      return given
    }
    return probe.row(
      method, [], isSolved: isSolved, decay: decay, validation: validation,
      figure: .init(
        name: "mIoU",
        value: .unbiased(Self.overlap(found, classes), resampled: means, count: found.count)
          .clamped(to: 0...1), chance: Self.overlap(background, classes), isShare: true))
  }

  /// For each picture, the pixels of each true class (rows) given to each class (columns).
  private func confusions(
    _ masks: [ProbeTruth.Mask], _ maps: Features, _ scores: (Features) -> [Float]
  ) -> [[Int32]] {
    let (grid, classes) = (probe.grid, classes)
    let all = scores(grid.cells(of: maps.rows(masks.map(\.row))))
    let size = grid.count * classes
    return inParallel(masks.count) { place in
      let mask = masks[place]
      let given = grid.labels(
        of: Array(all[place * size..<(place + 1) * size]), classes: classes, side: mask.side)
      var counts = [Int32](repeating: 0, count: classes * classes)
      for (truth, label) in zip(mask.classes, given) where truth != ConfusionMatrix.void {
        counts[Int(truth) * classes + Int(label)] += 1
      }
      return counts
    }
  }

  /// The mean over the classes that the truth shows of intersection over union, over all pictures.
  private static func overlap(_ pictures: [[Int32]], _ classes: Int) -> Double {
    var counts = [Int](repeating: 0, count: classes * classes)
    for picture in pictures {
      for place in counts.indices { counts[place] += Int(picture[place]) }
    }
    var (sum, shown) = (0.0, 0)
    for c in 0..<classes {
      let truth = (0..<classes).reduce(0) { $0 + counts[c * classes + $1] }
      guard truth > 0 else { continue }
      let given = (0..<classes).reduce(0) { $0 + counts[$1 * classes + c] }
      sum += Double(counts[c * classes + c]) / Double(truth + given - counts[c * classes + c])
      shown += 1
    }
    return shown > 0 ? sum / Double(shown) : .nan
  }
}

extension LayerProbe {
  /// What dense protocols learn from.
  func dense() throws -> DenseProbe {
    guard let truth, truth.trainMasks.count > 1, !truth.testMasks.isEmpty else {
      throw ConfigurationError(
        place: "methods",
        problem: "ask for classes of pixels, but fewer than two pictures to learn from, or none to "
          + "test on, have masks")
    }
    return DenseProbe(self, truth)
  }
}
