public import Files
internal import Synchronization

/// The sessions of a study over its journal: everything is in the journal before it is
/// acknowledged, so that a new start goes on where the last one stopped.
///
/// Any thread may call it; one at a time is let in.
public final class StudySessions: Sendable {
  private struct Person {
    var participant: Participant
    let schedule: PersonSchedule
    var votes: [Vote] = []
    var staircase: Staircase
  }

  private struct State {
    let journal: VoteJournal
    var people: [Int: Person] = [:]
    /// Sessions by the digests of their secrets.
    var tokens: [String: Int] = [:]
    /// The number of the next person: those of forgotten ones do not come again.
    var count = 0
  }

  /// More would be no study but an attack.
  static let mostPeople = 10_000
  /// The numbers that people can have, forgotten ones too.
  static let mostNumbers = 100_000

  /// The study.
  public let study: RealismStudy
  private let state: Mutex<State>

  /// The sessions in a study's journal, which is made where there is none.
  public init(
    _ folder: StudyFolder, _ study: RealismStudy, on files: any FileSystem = .posix
  ) throws {
    let (journal, entries) = try VoteJournal.open(folder.journal, of: study, on: files)
    self.study = study
    state = Mutex(State(journal: journal))
    state.withLock { state in
      for entry in entries { Self.take(entry, study, &state) }
    }
  }

  /// How many people joined and are not forgotten.
  public var people: Int { state.withLock { $0.people.count } }

  /// Whether some of them are simulated.
  public var hasSimulated: Bool {
    state.withLock { $0.people.values.contains(where: \.participant.isSimulated) }
  }

  /// Adds a person whose session a secret with this digest names; gives the number.
  public func join(
    token: String, vision: Participant.Vision, plates: [Int?], screen: Participant.Screen,
    isSimulated: Bool = false
  ) throws -> Int {
    guard screen.isPlausible, plates.count == study.plates.count,
      plates.allSatisfy({ $0.map((0...99).contains) ?? true })
    else { throw SessionRefusal.implausible }
    return try state.withLock { state in
      guard state.people.count < Self.mostPeople, state.count < Self.mostNumbers else {
        throw SessionRefusal.full
      }
      let participant = Participant(
        number: state.count, token: token, vision: vision, plates: plates, screen: screen,
        isSimulated: isSimulated)
      try Self.add(.joined(participant), study, &state)
      return participant.number
    }
  }

  /// Where a session is.
  public func session(_ token: String) throws(SessionRefusal) -> SessionState {
    let person = try person(token)
    return SessionState(
      person: Participant.name(of: person.participant.number),
      trials: person.schedule.trials.map {
        .init(number: $0.number, isPractice: $0.kind == .practice)
      }, next: person.votes.count, exposure: Self.exposure(person, study), blank: study.blank,
      size: study.size)
  }

  /// The picture on a side of a trial: its number, and which one it is.
  public func picture(
    _ token: String, trial number: Int, _ side: Side
  ) throws(SessionRefusal) -> (picture: Int, kind: StudyFolder.Kind) {
    let trials = try person(token).schedule.trials
    guard trials.indices.contains(number) else { throw .outOfOrder }
    let trial = trials[number]
    let fake = trial.method.map(StudyFolder.Kind.method) ?? .random
    return (trial.picture, trial.fake == side ? fake : .truth)
  }

  /// Takes a vote. One for a trial that has one already changes nothing and gets the same receipt,
  /// so that a client that heard nothing can ask again; one for a later trial is refused.
  public func vote(
    _ token: String, trial number: Int, _ choice: Side, by input: Vote.Input, response: Double,
    shown: [Double], isLate: Bool
  ) throws -> VoteReceipt {
    try state.withLock { state in
      guard let index = state.tokens[token], let person = state.people[index] else {
        throw SessionRefusal.unknown
      }
      guard (0..<person.schedule.trials.count).contains(number), number <= person.votes.count
      else { throw SessionRefusal.outOfOrder }
      if number == person.votes.count {
        let vote = Vote(
          person: index, trial: number, choice: choice, input: input, response: response,
          exposure: Self.exposure(person, study), shown: shown, isLate: isLate)
        guard vote.isPlausible else { throw SessionRefusal.implausible }
        try Self.add(.vote(vote), study, &state)
      }
      let now = state.people[index]!
      let trial = now.schedule.trials[number]
      return VoteReceipt(
        next: now.votes.count, exposure: Self.exposure(now, study),
        fake: trial.kind == .practice ? trial.fake : nil)
    }
  }

  /// Removes everything of the person of a session; false where nobody is known by the secret.
  public func forget(_ token: String) throws -> Bool {
    try state.withLock { state in
      guard let number = state.tokens[token] else { return false }
      try Self.forget(number, study, &state)
      return true
    }
  }

  /// Removes everything of a person; false where there is none of this number.
  public func forget(person number: Int) throws -> Bool {
    try state.withLock { state in
      guard state.people[number] != nil else { return false }
      try Self.forget(number, study, &state)
      return true
    }
  }

  private func person(_ token: String) throws(SessionRefusal) -> Person {
    let found = state.withLock { state in state.tokens[token].flatMap { state.people[$0] } }
    guard let found else { throw .unknown }
    return found
  }

  /// Puts an entry into the journal, and then into memory.
  private static func add(
    _ entry: JournalEntry, _ study: RealismStudy, _ state: inout State
  ) throws {
    try state.journal.append(entry)
    take(entry, study, &state)
  }

  private static func forget(
    _ number: Int, _ study: RealismStudy, _ state: inout State
  ) throws {
    try state.journal.forget(number)
    take(.forgotten(person: number), study, &state)
  }

  /// Puts an entry that stands in the journal into memory.
  private static func take(
    _ entry: JournalEntry, _ study: RealismStudy, _ state: inout State
  ) {
    switch entry {
    case .study: break
    case .joined(let participant):
      let number = participant.number
      state.people[number] = Person(
        participant: participant, schedule: PersonSchedule(study, person: number),
        staircase: Staircase(exposure: study.exposure))
      state.tokens[participant.token] = number
      state.count = max(state.count, number + 1)
    case .vote(let vote):
      guard var person = state.people[vote.person] else {
        preconditionFailure("StudySessions: person \(vote.person) votes and never joined")
      }
      let trial = person.schedule.trials[vote.trial]
      person.votes.append(vote)
      // Practice is for getting to know the task, and vigilance is easy whatever the exposure.
      if trial.kind == .test { person.staircase.answer(isRight: vote.choice == trial.fake) }
      state.people[vote.person] = person
    case .forgotten(let number):
      if let person = state.people.removeValue(forKey: number) {
        state.tokens[person.participant.token] = nil
      }
      state.count = max(state.count, number + 1)
    }
  }

  private static func exposure(_ person: Person, _ study: RealismStudy) -> Double {
    switch study.design {
    case .paper, .mixed: return study.exposure
    case .staircase: return person.staircase.next
    }
  }
}
