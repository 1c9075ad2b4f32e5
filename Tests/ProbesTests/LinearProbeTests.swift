import Probes
import Tensors
import Testing

@Suite struct LinearProbeTests {
  /// Softmax has a direction that changes nothing, so logits are compared up to their mean.
  private func centered(_ scores: [Double], _ classes: Int) -> [Double] {
    stride(from: 0, to: scores.count, by: classes).flatMap { row in
      let mean = scores[row..<row + classes].reduce(0, +) / Double(classes)
      return scores[row..<row + classes].map { $0 - mean }
    }
  }

  @Test(arguments: Golden.all)
  func logitsAreThoseOfScikitLearn(_ golden: Golden.Case) {
    for one in golden.logistic {
      var settings = LinearProbe.Settings()
      settings.weightDecay = one.decay
      // Gradients are products in single precision: below this they are noise.
      settings.tolerance = 1e-5
      let several = LinearProbe(golden.features, golden.labels, settings: settings)
      let error = distance(several.scores(of: golden.queries), one.multiple)
      #expect(error < 1e-2 * max(1, one.multiple.map(abs).max()!), "\(error)")
      let single = LinearProbe(golden.features, golden.singleLabels, settings: settings)
      let other = distance(
        centered(single.scores(of: golden.queries), golden.classes),
        centered(one.single, golden.classes))
      #expect(other < 1e-2 * max(1, one.single.map(abs).max()!), "\(other)")
    }
  }

  @Test func theUsualToleranceIsMet() throws {
    for golden in Golden.all {
      #expect(LinearProbe(golden.features, golden.labels).isSolved)
      var hasty = LinearProbe.Settings()
      hasty.iterations = 1
      #expect(!LinearProbe(golden.features, golden.labels, settings: hasty).isSolved)
    }
  }

  @Test func columnsWithoutVariationDoNothing() {
    let features = Features([1, 7, 2, 7, 3, 7, 4, 7], columns: 2)
    let shifted = Features([1, 900, 2, -900, 3, 7, 4, 7], columns: 2)
    let labels = ProbeLabels(multiple: [1, 1, -1, -1], classes: 1)
    let probe = LinearProbe(features, labels)
    #expect(probe.scores(of: features) == probe.scores(of: shifted))
    #expect(probe.scores(of: features)[0] > 0 && probe.scores(of: features)[3] < 0)
  }

  @Test func standardizedColumnsHaveMeanZeroAndVarianceOne() {
    let features = Features([1, 10, 3, 20, 5, 60], columns: 2)
    let values = Standardization(features)(features).values
    for column in 0..<2 {
      let numbers = stride(from: column, to: 6, by: 2).map { Double(values[$0]) }
      #expect(abs(numbers.reduce(0, +)) < 1e-6)
      #expect(abs(numbers.reduce(0) { $0 + $1 * $1 } / 3 - 1) < 1e-6)
    }
  }

  /// Decays are solved one from another, which changes nothing but the time.
  @Test func theBestDecayIsThatOfTheHeldOutSamples() throws {
    let golden = try #require(Golden.all.first)
    let rows = Array(0..<golden.labels.count)
    let (held, learned) = (rows.filter { $0 % 3 == 0 }, rows.filter { $0 % 3 != 0 })
    let (train, test) = (golden.features.rows(learned), golden.features.rows(held))
    let labels = (golden.singleLabels.rows(learned), golden.singleLabels.rows(held))
    var settings = LinearProbe.Settings()
    settings.tolerance = 1e-5
    func alone(_ decay: Double) -> LinearProbe {
      settings.weightDecay = decay
      return LinearProbe(train, labels.0, settings: settings)
    }
    let decays = [1e-3, 1, 1e-2]
    // Judged by one score alone, so that any decay can be made the best.
    for wanted in decays {
      let target = centered(alone(wanted).scores(of: test), golden.classes)
      let best = LinearProbe.best(
        of: decays, train, labels.0, held: test, labels.1, settings: settings
      ) { scores, _ in -distance(centered(scores, golden.classes), target) }
      #expect(best.decay == wanted)
      #expect(-best.score < 1e-2 * max(1, target.map(abs).max()!), "\(best.score)")
    }
    // Of equal ones the strongest.
    let equal = LinearProbe.best(
      of: decays, train, labels.0, held: test, labels.1, settings: settings
    ) { _, _ in 0 }
    #expect(equal.decay == 1)
  }
}
