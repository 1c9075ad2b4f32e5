/// What a person did, held against the schedule and the rule.
public struct PersonResult: Sendable, Equatable {
  /// A test trial: was the photograph taken for the fake?
  public struct Answer: Sendable, Equatable {
    /// The trial.
    public let trial: RealismTrial
    /// The vote.
    public let vote: Vote
    /// Whether the fake was not found.
    public var isFooled: Bool { vote.choice != trial.fake }
  }

  /// The person.
  public let participant: Participant
  /// All answers, in order.
  public let answers: [Answer]
  /// Why the person does not count; empty where they do.
  public let exclusions: [Exclusion]
  /// The answers that count: none of people who do not.
  public let counted: [Answer]
  /// Vigilance trials that were caught, and all that were answered.
  public let caught: Int, vigilance: Int
  /// Late ones among the test trials, and all test trials.
  public let late: Int, tests: Int
  /// Where the staircase came to rest, in milliseconds; nil in other designs.
  public let threshold: Double?

  /// The person's name in tables.
  public var name: String { Participant.name(of: participant.number) }

  init(_ participant: Participant, _ votes: [Vote], _ study: RealismStudy) {
    self.participant = participant
    let trials = PersonSchedule(study, person: participant.number).trials
    answers = votes.map { Answer(trial: trials[$0.trial], vote: $0) }
    let rule = study.exclusion
    let (watching, testing) = (
      answers.filter { $0.trial.kind == .vigilance }, answers.filter { $0.trial.kind != .practice }
    )
    caught = watching.filter { !$0.isFooled }.count
    vigilance = watching.count
    late = testing.filter(\.vote.isLate).count
    tests = testing.count
    var reasons: [Exclusion] = []
    if Double(caught) < rule.minimumVigilance * Double(vigilance) { reasons.append(.vigilance) }
    if Double(late) > rule.maximumLate * Double(tests) { reasons.append(.late) }
    if rule.needsNormalVision && participant.vision != .normal { reasons.append(.vision) }
    if participant.readPlates(of: study) < rule.minimumPlates { reasons.append(.plates) }
    if rule.needsWholeSession && votes.count < trials.count { reasons.append(.unfinished) }
    exclusions = reasons
    counted =
      reasons.isEmpty
      ? answers.filter {
        $0.trial.kind == .test && !(rule.dropsLateTrials && $0.vote.isLate)
      } : []
    guard study.design == .staircase else {
      threshold = nil
      return
    }
    var staircase = Staircase(exposure: study.exposure)
    for answer in answers where answer.trial.kind == .test {
      staircase.answer(isRight: !answer.isFooled)
    }
    threshold = staircase.threshold
  }
}
