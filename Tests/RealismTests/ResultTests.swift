import Files
import Foundation
import HDF5
import Randomness
import Realism
import Statistics
import TestSupport
import Testing
import Text

@Suite struct ResultTests {
  /// Entries in which each person answers as `isFooled` says.
  func entries(
    _ study: RealismStudy, people: Int, vision: (Int) -> Participant.Vision = { _ in .normal },
    plates: (Int) -> Int = { _ in 4 }, trials: (Int) -> Int = { _ in .max },
    isLate: (Int, RealismTrial) -> Bool = { _, _ in false },
    isFooled: (Int, RealismTrial) -> Bool
  ) -> [JournalEntry] {
    var entries = [JournalEntry.study(hash: study.hash)]
    for person in 0..<people {
      entries.append(
        .joined(
          Participant(
            number: person, token: "\(person)", vision: vision(person),
            plates: study.plates.enumerated().map { $0 < plates(person) ? $1 : nil },
            screen: .init())))
      for trial in PersonSchedule(study, person: person).trials.prefix(trials(person)) {
        let other: Side = trial.fake == .left ? .right : .left
        let vote = Vote(
          person: person, trial: trial.number,
          choice: isFooled(person, trial) ? other : trial.fake, input: .touch,
          response: Double(500 + trial.number), exposure: 1000, shown: [1000, 1000],
          isLate: isLate(person, trial))
        entries.append(.vote(vote))
      }
    }
    return entries
  }

  @Test func ratesAgreeWithTheGoldenCounts() throws {
    // scipy 1.15 of 40 people with 40 trials each, of golden counts of another program.
    let fooled = [
      9, 9, 19, 17, 19, 14, 3, 16, 9, 6, 8, 2, 6, 6, 5, 18, 5, 16, 14, 15, 15, 10, 2, 2, 7, 15, 18,
      10, 19, 19, 10, 6, 3, 5, 13, 14, 6, 5, 8, 2,
    ]
    let study = Studies.study(
      .paper, methods: 1, pictures: 40, trials: 40, practice: 0, vigilance: 0)
    let found = entries(study, people: 40) { $1.number < fooled[$0] }
    let method = RealismResults(study, found).methods[0]
    let rate = try #require(method.rate)
    #expect(abs(rate.mean - 25.3125) < 1e-9 && method.trials == 1600 && method.people == 40)
    // The mean's own standard error is 2.245; trials drawn once more add 0.253 (1 - 0.253) / 1600.
    let two = try #require(method.standardError)
    let expected = (2.2453 * 2.2453 * 39 / 40 + 1.09 * 1.09).squareRoot()
    #expect(abs(two - expected) < 0.15, "\(two)")
    let half: Double = (rate.high - rate.low) / 2
    #expect(abs(half - 2.02 * 2.2453) < 0.4, "\(rate)")
    #expect(method.medianResponse == 519.5)
  }

  @Test func theRuleDecidesWhoCounts() {
    let study = Studies.study(pictures: 50)
    // 0 is fine; 1 misses two of four; 2 is late in nine; 3 sees other colors; 4 stops early;
    // 5 reads two plates of four, which is one too few; 0 reads three.
    let found = entries(
      study, people: 6, vision: { $0 == 3 ? .deficient : .normal },
      plates: { [3, 4, 4, 4, 4, 2][$0] },
      trials: { $0 == 4 ? 49 : .max },
      isLate: { person, trial in
        person == 2 && (10..<19).contains(trial.number) || person == 0 && trial.number == 20
      },
      isFooled: { person, trial in
        let watching = PersonSchedule(study, person: person).trials.filter { $0.method == nil }
        return person == 1 && watching.prefix(2).map(\.number).contains(trial.number)
      })
    let results = RealismResults(study, found, resamples: 20)
    #expect(
      results.people.map(\.exclusions) == [
        [], [.vigilance], [.late], [.vision], [.unfinished], [.plates],
      ])
    #expect(results.counting == 1)
    let first = results.people[0]
    let isDropped = first.answers[20].trial.kind == .test
    #expect(first.counted.count == (isDropped ? 35 : 36) && first.late == 1)
    #expect(results.people[1].caught == 2 && results.people[1].vigilance == 4)
    #expect(results.people[1].counted.isEmpty)
    #expect(results.methods.reduce(0) { $0 + $1.trials } == first.counted.count)
    #expect(results.caption.contains("Of 6 people who joined 1 counts and 5 are left out"))
    #expect(!results.isSimulated && !results.caption.contains("SIMULATED"))
  }

  @Test func differencesArePairedWhereMethodsAreMixed() throws {
    let study = Studies.study(methods: 2)
    // People differ widely, in both methods alike: the second fools one time in six more.
    let found = entries(study, people: 12) { person, trial in
      let count = 2 + person + (trial.method == 1 ? 3 : 0)
      let own = PersonSchedule(study, person: person).trials.filter {
        $0.kind == .test && $0.method == trial.method
      }
      return trial.kind == .test && own.prefix(count).contains(trial)
    }
    let results = RealismResults(study, found, resamples: 500)
    let pair = try #require(results.differences.first)
    #expect(pair.first == 0 && pair.second == 1 && results.differences.count == 1)
    #expect(abs(pair.difference.mean + 100.0 / 6) < 1.5)
    let rate = try #require(results.methods[0].rate)
    #expect(pair.difference.high - pair.difference.low < (rate.high - rate.low) / 3)
    #expect(pair.difference.excludesZero)
  }

  @Test func picturesAreSortedByFooling() {
    let study = Studies.study(methods: 2)
    let found = entries(study, people: 30) { person, trial in
      trial.kind == .test && (trial.picture == 7 || trial.picture % 5 == 0 && person % 2 == 0)
    }
    let pictures = RealismResults(study, found, resamples: 20).pictures
    #expect(pictures[0].picture == 7 && pictures[0].fooled == pictures[0].shown)
    let shares = pictures.map(\.share.mean)
    #expect(shares == shares.sorted(by: >) && shares.last == 0)
    #expect(pictures.reduce(0) { $0 + $1.shown } == 30 * 36)
  }

  @Test func theSameAnswersGiveTheSameNumbers() {
    let study = Studies.study()
    let model = SimulatedPeople(rates: [0.2, 0.3, 0.4], key: RandomKey(seed: 3))
    let found = model.journal(study, people: 6)
    let (one, other) = (
      RealismResults(study, found, resamples: 100), RealismResults(study, found, resamples: 100)
    )
    #expect(one.methods == other.methods && one.differences == other.differences)
    #expect(one.methodTable.csv == other.methodTable.csv)
    #expect(one.isSimulated && one.caption.hasPrefix("SIMULATED PEOPLE"))
    // The order of the lines of different people does not matter.
    let votes = found.filter { if case .vote = $0 { true } else { false } }
    let others = found.filter { if case .vote = $0 { false } else { true } }
    let turned =
      others
      + (0..<50).flatMap { number in
        votes.filter { if case .vote(let vote) = $0 { vote.trial == number } else { false } }
      }
    #expect(RealismResults(study, turned, resamples: 100).methods == one.methods)
  }

  @Test func filesHoldEveryAnswer() throws {
    let study = Studies.study()
    let model = SimulatedPeople(rates: [0.2, 0.3, 0.4], key: RandomKey(seed: 3))
    let results = RealismResults(study, model.journal(study, people: 4), resamples: 20)
    let lines = results.voteTable.csv.split(separator: "\n")
    #expect(lines.count == 1 + 4 * 50)
    #expect(lines[1].hasPrefix("P1,0,practice,method "))
    let path = try "\(Studies.folder().path)/votes.h5"
    try VoteTable.write(results, to: path)
    let file = try HDF5File(reading: path)
    let fooled = try file.dataset("votes/fooled").read(as: Int32.self)
    let counted = try file.dataset("votes/counted").read(as: Int32.self)
    let method = try file.dataset("votes/method").read(as: Int32.self)
    #expect(fooled.count == 200 && counted.reduce(0, +) == 4 * 36)
    let rate = results.methods[1].rate!.mean / 100
    let own = (0..<200).filter { counted[$0] == 1 && method[$0] == 1 }
    #expect(abs(Double(own.filter { fooled[$0] == 1 }.count) / Double(own.count) - rate) < 1e-12)
    #expect(try file.attribute("schema", as: String.self) == "pigment.realism")
  }

  @Test func aStaircaseHasThresholds() throws {
    let study = Studies.study(.staircase, methods: 2)
    let model = SimulatedPeople(rates: [0.15, 0.45], key: RandomKey(seed: 5))
    let results = RealismResults(study, model.journal(study, people: 20), resamples: 50)
    let (easy, hard) = (results.methods[0].threshold!, results.methods[1].threshold!)
    #expect(easy.count == 10 && easy.high < hard.low, "\(easy) \(hard)")
    #expect(results.methodTable.headings.contains("threshold, ms"))
  }
}
