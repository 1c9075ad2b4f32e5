public import Randomness

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// People who are fooled as often as it is said of them. On the logit scale a person's and a
/// picture's deviations add to the method's level, as in field studies of the paper's numbers:
/// its 32.3 +- 2.2 % with 1,600 trials is what these spreads give.
public struct SimulatedPeople: Sendable {
  /// The fooling rate of each method, 0 to 1, over people and pictures.
  public var rates: [Double]
  /// The spread of people and of pictures, on the logit scale.
  public var personSpread = 0.6, pictureSpread = 0.8
  /// How often a vigilance trial is caught.
  public var vigilance = 0.97
  private let key: RandomKey

  /// People of these rates; the key decides about them and about the pictures.
  public init(rates: [Double], key: RandomKey) {
    precondition(
      rates.allSatisfy { $0 > 0 && $0 < 1 },
      "SimulatedPeople: rates \(rates) must be within 0 and 1")
    (self.rates, self.key) = (rates, key)
  }

  /// How easily a picture fools, for all people and methods.
  public func easiness(of picture: Int) -> Double {
    var stream = key.folding("picture").folding(picture).stream()
    return pictureSpread * stream.normal()
  }

  /// The level at which a method fools as often as it should, over people and pictures.
  public func level(of method: Int) -> Double {
    let spread = (personSpread * personSpread + pictureSpread * pictureSpread).squareRoot()
    var (low, high) = (-12.0, 12.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if Self.mean(middle, spread) < rates[method] { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The rate of a method on these pictures, over people, in percent: what intervals should hold.
  public func truth(of method: Int, pictures: Int) -> Double {
    let level = level(of: method)
    return (0..<pictures).reduce(0) {
      $0 + 100 * Self.mean(level + easiness(of: $1), personSpread) / Double(pictures)
    }
  }

  /// The whole session of a person, as a journal has it.
  public func session(_ study: RealismStudy, person number: Int) -> [JournalEntry] {
    session(
      study, PersonSchedule(study, person: number), person: number,
      levels: rates.indices.map(level), pictures: study.pictures.indices.map(easiness))
  }

  /// The sessions of the first `count` people of a study, after its first line.
  public func journal(_ study: RealismStudy, people count: Int) -> [JournalEntry] {
    let (levels, pictures) = (rates.indices.map(level), study.pictures.indices.map(easiness))
    return [.study(hash: study.hash)]
      + (0..<count).flatMap {
        session(
          study, PersonSchedule(study, person: $0), person: $0, levels: levels, pictures: pictures)
      }
  }

  private func session(
    _ study: RealismStudy, _ schedule: PersonSchedule, person number: Int, levels: [Double],
    pictures: [Double]
  ) -> [JournalEntry] {
    var stream = key.folding("person").folding(number).stream()
    let own = personSpread * stream.normal()
    var screen = Participant.Screen()
    screen.browser = "simulated"
    let participant = Participant(
      number: number, token: "simulated-\(number)", vision: .normal, plates: study.plates,
      screen: screen, isSimulated: true)
    var staircase = Staircase(exposure: study.exposure)
    var entries: [JournalEntry] = [.joined(participant)]
    for trial in schedule.trials {
      let exposure =
        study.design == .staircase ? staircase.next : study.exposure
      var chance = 1 - vigilance
      if let method = trial.method {
        chance = Self.logistic(levels[method] + own + pictures[trial.picture])
        // The shorter, the nearer to guessing.
        if study.design == .staircase {
          chance = 0.5 - (0.5 - min(chance, 0.5)) * (1 - exp(-exposure / (0.3 * study.exposure)))
        }
      }
      let isFooled = stream.chance(chance)
      if trial.kind == .test { staircase.answer(isRight: !isFooled) }
      let other: Side = trial.fake == .left ? .right : .left
      let response = 400 + 500 * exp(0.5 * stream.normal())
      entries.append(
        .vote(
          Vote(
            person: number, trial: trial.number, choice: isFooled ? other : trial.fake,
            input: .key, response: response, exposure: exposure, shown: [exposure, exposure],
            isLate: false)))
    }
    return entries
  }

  private static func logistic(_ value: Double) -> Double { 1 / (1 + exp(-value)) }

  /// The mean of the logistic function over a normal distribution, by the trapezoidal rule.
  private static func mean(_ center: Double, _ spread: Double) -> Double {
    var (sum, weight) = (0.0, 0.0)
    for step in -24...24 {
      let at = Double(step) / 6
      let density = exp(-at * at / 2)
      sum += density * logistic(center + spread * at)
      weight += density
    }
    return sum / weight
  }
}
