import Files
import Foundation
import Randomness
import Realism
import Testing

@Suite struct ScheduleTests {
  static let studies: [RealismStudy] = [
    Studies.study(), Studies.study(.paper), Studies.study(.staircase, methods: 2),
    Studies.study(methods: 5, pictures: 101, seed: 9), Studies.study(methods: 1, pictures: 50),
    Studies.study(.paper, methods: 4, pictures: 53, trials: 11, practice: 0, vigilance: 1),
    Studies.study(pictures: 7, trials: 7, practice: 0, vigilance: 0),
  ]

  @Test(arguments: studies) func everybodySeesWhatThePlanSays(_ study: RealismStudy) {
    for person in 0..<40 {
      let schedule = PersonSchedule(study, person: person)
      let trials = schedule.trials
      #expect(trials.map(\.number) == Array(0..<study.sessionLength))
      #expect(Set(trials.map(\.picture)).count == trials.count, "a picture comes twice")
      #expect(trials.allSatisfy { study.pictures.indices.contains($0.picture) })
      let practice = trials.prefix(study.practice)
      #expect(practice.allSatisfy { $0.kind == .practice && $0.method != nil })
      let tests = trials.dropFirst(study.practice)
      #expect(tests.filter { $0.kind == .vigilance }.count == study.vigilance)
      #expect(tests.allSatisfy { ($0.kind == .vigilance) == ($0.method == nil) })
      #expect(tests.filter { $0.kind == .test }.count == study.counted)
      #expect(schedule == PersonSchedule(study, person: person))
      #expect((schedule.method != nil) == study.design.isOneMethodEach)
      if let method = schedule.method {
        #expect(trials.allSatisfy { $0.method == method || $0.kind == .vigilance })
      }
    }
  }

  @Test(arguments: studies) func sidesAndMethodsAreBalanced(_ study: RealismStudy) {
    for person in 0..<20 {
      let trials = PersonSchedule(study, person: person).trials.filter { $0.kind == .test }
      var counts: [Int] = []
      for method in study.methods.indices {
        let own = trials.filter { $0.method == method }
        let left = own.filter { $0.fake == .left }.count
        #expect(abs(2 * left - own.count) <= 1)
        if !study.design.isOneMethodEach { counts.append(own.count) }
      }
      if let most = counts.max(), let least = counts.min() {
        // Where the circle of pictures closes, one method may be met once more and one once less.
        #expect(most - least <= 2)
      }
    }
  }

  @Test(arguments: studies) func everyPictureIsShownAlike(_ study: RealismStudy) {
    var shown = [Int](repeating: 0, count: study.pictures.count)
    var pairs: [[Int]] = shown.map { _ in study.methods.map { _ in 0 } }
    let people = 12 * study.methods.count
    for person in 0..<people {
      for trial in PersonSchedule(study, person: person).trials where trial.kind == .test {
        shown[trial.picture] += 1
        pairs[trial.picture][trial.method!] += 1
      }
    }
    #expect(shown.max()! - shown.min()! <= (study.design.isOneMethodEach ? study.methods.count : 1))
    for pair in pairs { #expect(pair.max()! - pair.min()! <= 1) }
  }

  @Test func oneMethodEachMeansAllInEveryBlock() {
    let study = Studies.study(.paper, methods: 4)
    let methods = (0..<40).map { PersonSchedule(study, person: $0).method! }
    for block in 0..<10 { #expect(Set(methods[4 * block..<4 * block + 4]).count == 4) }
    #expect(Set((0..<10).map { methods[4 * $0] }).count > 1, "the order within blocks differs")
  }

  @Test func theSeedDecides() {
    let (one, other) = (Studies.study(), Studies.study(seed: 2))
    #expect(PersonSchedule(one, person: 0) != PersonSchedule(other, person: 0))
    #expect(PersonSchedule(one, person: 0) != PersonSchedule(one, person: 1))
  }

  @Test func impossibleStudiesSayWhy() {
    #expect(Studies.study().problem == nil)
    #expect(Studies.study(pictures: 49).problem?.hasPrefix("49 pictures are too few") == true)
    #expect(Studies.study(trials: 4).problem?.hasPrefix("no trial is left") == true)
    #expect(Studies.study(methods: 0).problem != nil)
    var study = Studies.study()
    study.exposure = .nan
    #expect(study.problem != nil)
  }

  @Test func theStudyFileKeepsWhatWasDecided() throws {
    let folder = try Studies.folder()
    var study = Studies.study()
    study.power = .simulated(study, people: 4, studies: 3, key: .init(seed: 1))
    try folder.write(study)
    #expect(try folder.study() == study)
    let text = try String(contentsOfFile: folder.file, encoding: .utf8)
    #expect(text.contains(study.hash))
    for (old, new) in [("\"seed\" : 1", "\"seed\" : 2"), ("0.75", "0.25")] {
      #expect(text.contains(old))
      try Data(text.replacing(old, with: new).utf8).write(to: URL(filePath: folder.file))
      let problem = #expect(throws: RealismError.self) { try folder.study() }
      #expect(problem?.problem.hasPrefix("was changed after it was written") == true)
    }
    // A study of another version may lack what this one has.
    let earlier = #"{"hash": "x", "study": {"version": 1, "seed": 1}}"#
    try Data(earlier.utf8).write(to: URL(filePath: folder.file))
    let version = #expect(throws: RealismError.self) { try folder.study() }
    #expect(
      version?.problem.hasPrefix("is a study of version 1, this pigment has version 2") == true)
    try Data("{}".utf8).write(to: URL(filePath: folder.file))
    #expect(throws: RealismError.self) { try folder.study() }
    #expect(throws: RealismError.self) { try StudyFolder("/nowhere").study() }
  }

  @Test func staircasesRestWhereThreeOfFourAreRight() {
    var staircase = Staircase(exposure: 1000)
    #expect(staircase.next == 500 && staircase.threshold == nil)
    staircase.answer(isRight: true)
    #expect(staircase.next == 490)
    staircase.answer(isRight: false)
    #expect(staircase.next == 520)
    for _ in 0..<100 { staircase.answer(isRight: true) }
    #expect(staircase.next == 100)
    for _ in 0..<100 { staircase.answer(isRight: false) }
    #expect(staircase.next == 1000)
    // A person who is right from 400 ms on comes to rest there.
    var sharp = Staircase(exposure: 1000)
    for _ in 0..<200 { sharp.answer(isRight: sharp.next > 400) }
    #expect(abs(sharp.threshold! - 410) < 15)
  }
}
