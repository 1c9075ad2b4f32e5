import Files
import Foundation
import Realism
import TestSupport
import Testing

@Suite struct JournalTests {
  let study = Studies.study(pictures: 12, trials: 8, practice: 2, vigilance: 1)

  /// How often each trial of each person is in the journal.
  func votes(_ folder: StudyFolder) throws -> [String: Int] {
    try VoteJournal.entries(folder.journal, of: study).reduce(into: [:]) { counts, entry in
      if case .vote(let vote) = entry { counts["\(vote.person)/\(vote.trial)", default: 0] += 1 }
    }
  }

  @Test func sessionsGoOnWhereTheyWere() throws {
    let folder = try Studies.folder()
    do {
      let sessions = try StudySessions(folder, study)
      let (one, other) = (try sessions.joined("one"), try sessions.joined("other"))
      for trial in 0..<5 { try sessions.voteLeft(one, trial) }
      try sessions.voteLeft(other, 0)
    }
    let again = try StudySessions(folder, study)
    #expect(again.people == 2)
    #expect(try again.session("one").next == 5)
    #expect(try again.session("other").next == 1)
    #expect(try again.session("one").person == "P1")
    #expect(throws: SessionRefusal.unknown) { try again.session("nobody") }
    #expect(throws: SessionRefusal.unknown) { try again.voteLeft("", 0) }
  }

  @Test func aTrialIsVotedForOnce() throws {
    let folder = try Studies.folder()
    let sessions = try StudySessions(folder, study)
    let person = try sessions.joined("one")
    let first = try sessions.voteLeft(person, 0)
    let size = try POSIXFiles.posix.size(folder.journal)
    let again = try sessions.vote(
      person, trial: 0, .right, by: .mouse, response: 1, shown: [1, 1], isLate: true)
    #expect(again == first && again.next == 1)
    #expect(try POSIXFiles.posix.size(folder.journal) == size)
    for trial in [2, 10, -1, Int.max] {
      #expect(throws: SessionRefusal.outOfOrder) { try sessions.voteLeft(person, trial) }
    }
    for shown in [[], [1], [1, .nan], [-1, 1], [1, 2, 3]] {
      #expect(throws: SessionRefusal.implausible) {
        try sessions.vote(
          person, trial: 1, .left, by: .key, response: 1, shown: shown, isLate: false)
      }
    }
    #expect(try votes(folder) == ["0/0": 1])
  }

  @Test func onlyPracticeTellsTheFake() throws {
    let sessions = try StudySessions(Studies.folder(), study)
    let person = try sessions.joined("one")
    let trials = PersonSchedule(study, person: 0).trials
    for trial in trials {
      let (_, left) = try sessions.picture(person, trial: trial.number, .left)
      let (_, right) = try sessions.picture(person, trial: trial.number, .right)
      #expect((left == .truth) == (trial.fake == .right) && (right == .truth) != (left == .truth))
      let receipt = try sessions.voteLeft(person, trial.number)
      #expect(receipt.fake == (trial.kind == .practice ? trial.fake : nil))
    }
    #expect(try sessions.session(person).next == trials.count)
    #expect(throws: SessionRefusal.outOfOrder) { try sessions.voteLeft(person, trials.count) }
    #expect(throws: SessionRefusal.outOfOrder) {
      try sessions.picture(person, trial: trials.count, .left)
    }
  }

  @Test func aTornLastLineIsCutOff() throws {
    let folder = try Studies.folder()
    do {
      let sessions = try StudySessions(folder, study)
      let person = try sessions.joined("one")
      for trial in 0..<3 { try sessions.voteLeft(person, trial) }
    }
    let whole = try POSIXFiles.posix.read(folder.journal)
    let start = whole.dropLast().lastIndex(of: 10)! + 1
    for end in start..<whole.count {
      try AtomicFile.write(Array(whole[..<end]), to: folder.journal)
      let sessions = try StudySessions(folder, study)
      #expect(try sessions.session("one").next == 2)
      try sessions.voteLeft("one", 2)
      #expect(try votes(folder) == ["0/0": 1, "0/1": 1, "0/2": 1])
    }
    try AtomicFile.write(Array(whole[..<3]), to: folder.journal)
    #expect(try StudySessions(folder, study).people == 0)
  }

  @Test func damageIsNamed() throws {
    let folder = try Studies.folder()
    do {
      let sessions = try StudySessions(folder, study)
      let person = try sessions.joined("one")
      for trial in 0..<3 { try sessions.voteLeft(person, trial) }
    }
    var lines = try String(contentsOfFile: folder.journal, encoding: .utf8).split(separator: "\n")
    let good = lines
    func problem() throws -> String? {
      try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: folder.journal)
      // A report reads it, and a server does.
      for read in [
        { _ = try VoteJournal.entries(folder.journal, of: study) },
        { _ = try StudySessions(folder, study) },
      ] {
        do { try read() } catch let error as RealismError { return error.problem }
      }
      return nil
    }
    #expect(try problem() == nil)
    lines[3] = "{\"vote\":{\"person\":0}}"
    #expect(try problem()?.hasPrefix("line 4 is damaged: vote") == true)
    lines = good
    lines.remove(at: 3)
    #expect(try problem()?.hasPrefix("line 4 does not follow") == true)
    lines = good
    lines.append(good[4])
    #expect(try problem()?.hasPrefix("line 6 does not follow") == true)
    for wrong in [
      "{\"forgotten\":-1}", "{\"study\":\"\(study.hash)\"}", String(good[1]),
      String(good[4]).replacing("\"trial\":2", with: "\"trial\":9223372036854775807"),
    ] {
      lines = good + [Substring(wrong)]
      #expect(try problem()?.hasPrefix("line 6 does not follow") == true, "\(wrong)")
    }
    lines = good
    lines[0] = "{\"study\":\"another\"}"
    #expect(try problem()?.hasPrefix("is of another study") == true)
  }

  @Test func forgettingLeavesANote() throws {
    let folder = try Studies.folder()
    let sessions = try StudySessions(folder, study)
    for name in ["one", "other", "third"] {
      let person = try sessions.joined(name)
      for trial in 0..<4 { try sessions.voteLeft(person, trial) }
    }
    #expect(try sessions.forget("other"))
    #expect(try !sessions.forget("other"))
    #expect(throws: SessionRefusal.unknown) { try sessions.voteLeft("other", 4) }
    try sessions.voteLeft("third", 4)
    let text = try String(contentsOfFile: folder.journal, encoding: .utf8)
    #expect(!text.contains("other") && text.contains("{\"forgotten\":1}"))
    #expect(try votes(folder).keys.allSatisfy { !$0.hasPrefix("1/") })
    let again = try StudySessions(folder, study)
    #expect(again.people == 2)
    #expect(try again.session("third").next == 5)
    // The number, and with it the schedule, is nobody else's.
    #expect(
      try again.join(token: "new", vision: .normal, plates: study.plates, screen: .init())
        == 3)
    #expect(try again.forget(person: 3) && !again.forget(person: 1) && !again.forget(person: 99))
    #expect(
      try StudySessions(folder, study).join(
        token: "x", vision: .normal, plates: study.plates, screen: .init()) == 4)
  }

  /// Everything acknowledged is in the journal once, whichever file call fails, and how often.
  @Test(arguments: [false, true]) func noFailureLosesAVote(_ isForever: Bool) throws {
    var failing = 1
    while true {
      let folder = try Studies.folder()
      let files = FaultyFiles(at: failing, forever: isForever)
      var kept: Set<String> = []
      var hadFailure = false
      if let sessions = try? StudySessions(folder, study, on: files) {
        for name in ["one", "other"] { _ = try? sessions.joined(name) }
        for turn in 0..<12 {
          let token = turn % 2 == 0 ? "one" : "other"
          guard let next = try? sessions.session(token).next, next < 10 else { continue }
          let number = Participant.number(of: try sessions.session(token).person)!
          do {
            try sessions.voteLeft(token, next)
            kept.insert("\(number)/\(next)")
          } catch { hadFailure = true }
        }
      } else {
        hadFailure = true
      }
      let found = try StudySessions(folder, study)
      let counts = try votes(folder)
      #expect(kept.isSubset(of: counts.keys) && counts.values.allSatisfy { $0 == 1 })
      // What was written and not acknowledged may be there, once: the client asks again.
      #expect(counts.count - kept.count <= 2)
      _ = found
      if files.calls < failing { break }
      #expect(failing > 3 || hadFailure || !kept.isEmpty)
      failing += 1
    }
    #expect(failing > 20)
  }

  @Test func manyVoteAtOnce() async throws {
    let folder = try Studies.folder()
    let sessions = try StudySessions(folder, study)
    let people = try (0..<16).map { try sessions.joined("token \($0)") }
    await withTaskGroup(of: Void.self) { group in
      for token in people + people {
        group.addTask {
          // Two clients of each session: one of them finds every vote given.
          for trial in 0..<10 { _ = try? sessions.voteLeft(token, trial) }
        }
      }
    }
    let counts = try votes(folder)
    #expect(counts.count == 160 && counts.values.allSatisfy { $0 == 1 })
    #expect(try StudySessions(folder, study).session("token 7").next == 10)
  }

  @Test func aStaircaseFollowsTheAnswers() throws {
    let study = Studies.study(.staircase, pictures: 20, trials: 12, practice: 2, vigilance: 2)
    let folder = try Studies.folder()
    let sessions = try StudySessions(folder, study)
    let person = try sessions.joined("one")
    var expected = Staircase(exposure: study.exposure)
    for trial in PersonSchedule(study, person: 0).trials {
      #expect(try sessions.session(person).exposure == expected.next)
      if trial.kind == .test { expected.answer(isRight: trial.fake == .left) }
      #expect(try sessions.voteLeft(person, trial.number).exposure == expected.next)
    }
    let again = try StudySessions(folder, study)
    #expect(try again.session(person).exposure == expected.next)
  }
}
