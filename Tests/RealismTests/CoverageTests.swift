import Randomness
import Realism
import Statistics
import Testing

/// Simulated people with known rates test the statistics.
@Suite struct CoverageTests {
  static let rates = [0.15, 0.32]

  /// How often intervals of 1,000 studies hold the truth: the rates', the difference's, and those
  /// of the two-level standard error.
  static func coverage(
    _ design: RealismDesign, people: Int, rates: [Double] = rates
  ) -> (rate: Double, difference: Double, twoLevel: Double) {
    var (held, all, both, wide) = (0, 0, 0, 0)
    let study = Studies.study(design, methods: 2, pictures: 80)
    for number in 0..<1000 {
      let model = SimulatedPeople(
        rates: rates, key: RandomKey(seed: 12).folding(number))
      let truths = rates.indices.map { model.truth(of: $0, pictures: 80) }
      let found = RealismResults(study, model.journal(study, people: people), resamples: 200)
      for (method, truth) in zip(found.methods, truths) {
        guard let rate = method.rate, let error = method.standardError else { continue }
        all += 1
        if rate.low <= truth && truth <= rate.high { held += 1 }
        if abs(rate.mean - truth) <= 1.96 * error { wide += 1 }
      }
      let difference = found.differences[0].difference
      let truth = truths[0] - truths[1]
      if difference.low <= truth && truth <= difference.high { both += 1 }
    }
    return (
      Double(held) / Double(all), Double(both) / 1000, Double(wide) / Double(all)
    )
  }

  @Test func mixedStudiesCover() {
    let found = Self.coverage(.mixed, people: 20)
    #expect((0.93...0.97).contains(found.rate), "\(found)")
    #expect((0.93...0.97).contains(found.difference), "\(found)")
    // What the README says of the two-level bootstrap: it is wider.
    #expect(found.twoLevel > found.rate + 0.01, "\(found)")
  }

  /// Where hardly anybody is fooled, the few who are say nothing of how people differ.
  @Test func rareFoolingCovers() {
    let found = Self.coverage(.mixed, people: 10, rates: [0.004, 0.012])
    #expect((0.93...1).contains(found.rate), "\(found)")
    #expect((0.93...1).contains(found.difference), "\(found)")
  }

  @Test func intervalsReachBeyondASingleHit() throws {
    let study = Studies.study(methods: 2)
    // One trial of 12 people: as Wilson's interval of 1 of 216 trials.
    let found = ResultTests().entries(study, people: 12) { person, trial in
      person == 3 && trial.kind == .test && trial.method == 1
        && trial.number
          == PersonSchedule(study, person: 3).trials.first { $0.kind == .test && $0.method == 1 }!
          .number
    }
    let results = RealismResults(study, found, resamples: 200)
    let rate = try #require(results.methods[1].rate)
    #expect(results.methods[1].trials == 216 && abs(rate.mean - 100.0 / 216) < 1e-9)
    #expect(rate.low < 0.0819 && (2.575..<10).contains(rate.high), "\(rate)")
    let none = try #require(results.methods[0].rate)
    #expect(none.mean == 0 && none.low == 0 && none.high > 1.747, "\(none)")
    let difference = results.differences[0].difference
    #expect(difference.low < -2 && difference.high > 0, "\(difference)")
  }

  /// People who are fooled often among people who never are: trials are not independent.
  @Test func fewPeopleWhoAreFooledOftenGiveAWideInterval() throws {
    let study = Studies.study(methods: 2)
    func results(_ people: Int, fooled: Int) throws -> Interval {
      let found = ResultTests().entries(study, people: people) { person, trial in
        person < fooled && trial.kind == .test && trial.method == 1 && trial.number % 2 == 0
      }
      return try #require(RealismResults(study, found, resamples: 500).methods[1].rate)
    }
    let clustered = try results(20, fooled: 3)
    // Of 360 trials as if independent it would be about 6 wide.
    #expect(clustered.high - clustered.low > 8, "\(clustered)")
    // Of three people there is a range.
    #expect(try results(3, fooled: 3).isRange)
  }

  @Test func studiesOfOneMethodAPersonCover() {
    let found = Self.coverage(.paper, people: 40)
    #expect((0.93...0.97).contains(found.rate), "\(found)")
    #expect((0.93...0.97).contains(found.difference), "\(found)")
  }

  @Test func simulatedRatesAreThoseAskedFor() {
    let model = SimulatedPeople(rates: Self.rates, key: RandomKey(seed: 2))
    for (method, rate) in Self.rates.enumerated() {
      #expect(abs(model.truth(of: method, pictures: 4000) / 100 - rate) < 0.01)
    }
  }

  /// Simulated before by another program, of 40 trials a person; people are all of a study.
  @Test(arguments: [
    (RealismDesign.mixed, 10, 4.3), (.mixed, 40, 2.4), (.paper, 10, 8.8), (.paper, 40, 3.9),
  ])
  func powerAgreesWithAnotherSimulation(_ design: RealismDesign, _ people: Int, _ spread: Double) {
    let study = Studies.study(design, methods: 2, trials: 40, practice: 0, vigilance: 0)
    let found = PowerEstimate.simulated(
      study, people: people, studies: 3000, key: RandomKey(seed: 4))
    #expect(abs(found.spread - spread) < 0.2 * spread, "\(found)")
    #expect((2.8...3.7).contains(found.detectable / found.spread), "\(found)")
  }

  /// A difference of the size that is said to be found with power 0.8 is found in 8 of 10 studies.
  @Test func whatIsSaidToBeFoundIsFound() {
    let study = Studies.study(methods: 2, pictures: 80)
    let power = PowerEstimate.simulated(study, people: 20, key: RandomKey(seed: 6))
    let half = power.detectable / 200
    let hits = (0..<300).filter { number in
      let model = SimulatedPeople(
        rates: [0.3 - half, 0.3 + half], key: RandomKey(seed: 7).folding(number))
      let found = RealismResults(study, model.journal(study, people: 20), resamples: 150)
      return found.differences[0].difference.excludesZero
    }.count
    #expect((0.72...0.88).contains(Double(hits) / 300), "\(hits)")
  }
}
