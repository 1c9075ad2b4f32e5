import Probes
import Randomness
import Testing

@Suite struct LinearSVMTests {
  static let key = RandomKey(seed: 5)

  static func settings(_ machine: Golden.Case.Machine) -> LinearSVM.Settings {
    var settings = LinearSVM.Settings()
    settings.loss = machine.loss
    settings.positiveWeight = machine.positiveWeight
    settings.tolerance = 1e-7
    settings.epochs = 100_000
    return settings
  }

  /// The tall case is solved by weights, the wide one by products of rows.
  @Test(arguments: Golden.all)
  func machinesAreThoseOfLIBLINEAR(_ golden: Golden.Case) {
    for machine in golden.machines {
      let ours = LinearSVM(
        SupportProblem(golden.features, settings: Self.settings(machine)), golden.labels,
        costs: [Double](repeating: machine.cost, count: golden.classes), key: Self.key)
      #expect(ours.isSolved.allSatisfy { $0 })
      let error = distance(ours.scores(of: golden.queries), machine.scores)
      let size = max(1, machine.scores.map(abs).max()!)
      // LIBLINEAR itself stops at a tolerance, which counts for more at large costs, as does the
      // rounding of products of features.
      #expect(error < 2e-4 * size, "\(machine.loss) \(machine.cost): \(error / size)")
    }
  }

  @Test func unknownSamplesTakeNoPart() throws {
    let golden = try #require(Golden.all.first)
    var values = golden.multiple
    let hidden = stride(from: 0, to: golden.features.count, by: 4)
    for row in hidden { values[row * golden.classes] = 0 }
    let labels = ProbeLabels(multiple: values, classes: golden.classes)
    let kept = (0..<golden.features.count).filter { !hidden.contains($0) }
    let settings = Self.settings(golden.machines[1])
    let some = LinearSVM(
      SupportProblem(golden.features, settings: settings), labels, costs: [1, 1, 1], key: Self.key)
    let fewer = LinearSVM(
      SupportProblem(golden.features.rows(kept), settings: settings), golden.labels.rows(kept),
      costs: [1, 1, 1], key: Self.key)
    let (a, b) = (some.scores(of: golden.queries), fewer.scores(of: golden.queries))
    let first = stride(from: 0, to: a.count, by: 3)
    #expect(distance(first.map { a[$0] }, first.map { b[$0] }) < 1e-5)
    #expect(distance(a, b) > 1e-3)
  }

  @Test func aClassOfOneSignScoresNothing() {
    let features = Features([1, 2, 3, 4], columns: 1)
    let labels = ProbeLabels(multiple: [1, 1, 1, 0], classes: 1)
    let machines = LinearSVM(SupportProblem(features), labels, costs: [1], key: Self.key)
    #expect(machines.scores(of: features) == [0, 0, 0, 0])
  }

  /// Scores by the share of pairs in order, which needs no module of metrics.
  @Sendable static func order(_ scores: [Double], _ labels: [Int8]) -> Double? {
    var (right, all) = (0.0, 0.0)
    for (s, l) in zip(scores, labels) where l == 1 {
      for (t, m) in zip(scores, labels) where m == -1 {
        all += 1
        right += s > t ? 1 : s == t ? 0.5 : 0
      }
    }
    return all > 0 ? right / all : nil
  }

  /// Positives of each class along their own direction, under noise in many others.
  static func noisy(_ count: Int, _ columns: Int, _ key: RandomKey) -> (Features, ProbeLabels) {
    var stream = key.stream()
    var (values, labels): ([Float], [Int8]) = ([], [])
    for row in 0..<count {
      let shown = row % 3 == 0
      labels += [shown ? 1 : -1, row == 0 ? 1 : -1]
      values += (0..<columns).map { Float(stream.normal() + ($0 == 0 && shown ? 1.5 : 0)) }
    }
    return (Features(values, columns: columns), ProbeLabels(multiple: labels, classes: 2))
  }

  @Test func costsAreChosenOnTrainingSamplesAlone() {
    let (features, labels) = Self.noisy(90, 60, Self.key)
    var selector = CostSelector()
    selector.costs = [1e-3, 1e-2, 1, 100]
    let found = selector.choose(SupportProblem(features), labels, key: Self.key, score: Self.order)
    // The smallest of the best costs, each with its score.
    let best = found[0].scores.indices.filter { found[0].scores[$0] == found[0].scores.max() }
    #expect(found[0].reason == .crossValidation && found[0].scores.count == 4)
    #expect(found[0].cost == selector.costs[best[0]], "\(found[0])")
    #expect(found[0].scores.min()! > 0.6 && Set(found[0].scores).count > 1, "\(found[0])")
    // One positive sample cannot be in every fold.
    #expect(found[1].cost == 1 && found[1].reason == .tooFewSamples && found[1].scores.isEmpty)
    #expect(
      selector.choose(SupportProblem(features), labels, key: Self.key, score: Self.order) == found)
    // What is scored was never trained on: with labels of chance no cost does better than chance.
    var stream = Self.key.folding("chance").stream()
    let chance = ProbeLabels(
      multiple: (0..<90).map { _ in stream.chance(0.5) ? 1 : -1 }, classes: 1)
    let blind = selector.choose(SupportProblem(features), chance, key: Self.key, score: Self.order)[
      0]
    #expect(blind.scores.allSatisfy { abs($0 - 0.5) < 0.2 }, "\(blind.scores)")
  }

  @Test func choosingOnTestSaysSo() {
    let (features, labels) = Self.noisy(60, 20, Self.key)
    let (test, testLabels) = Self.noisy(60, 20, Self.key.folding(1))
    let found = CostSelector().chooseOnTest(
      SupportProblem(features), labels, test: test, testLabels, key: Self.key, score: Self.order)
    #expect(found.map(\.reason) == [.testSamples, .testSamples])
    #expect(found[0].scores.count == CostSelector().costs.count)
    #expect(
      found[0].scores.max() == found[0].scores[CostSelector().costs.firstIndex(of: found[0].cost)!])
  }
}
