internal import Randomness

/// The trials of one person, in their order: a function of the study and the person's number.
public struct PersonSchedule: Sendable, Equatable {
  /// The trials; practice comes first.
  public let trials: [RealismTrial]
  /// The one method of the person; nil where there are several.
  public let method: Int?

  /// The schedule of person `number`, from 0, in a study without a `problem`.
  public init(_ study: RealismStudy, person number: Int) {
    precondition(
      study.problem == nil && number >= 0, "PersonSchedule: \(study.problem ?? "\(number)")")
    let key = RandomKey(seed: study.seed)
    let own = key.folding("person").folding(number)
    let (pictures, methods) = (study.pictures.count, study.methods.count)
    var chosen: [(picture: Int, method: Int?)]
    var sole: Int?
    if study.design.isOneMethodEach {
      // Each block of people has every method once, in an order of its own.
      let block = number / methods
      var order = key.folding("methods").folding(block).stream()
      let method = order.permutation(methods)[number % methods]
      sole = method
      // Each method has the circle of pictures for itself.
      chosen = (0..<study.counted).map { ((block * study.counted + $0) % pictures, method) }
    } else {
      chosen = (0..<study.counted).map { place in
        let all = number * study.counted + place
        // A picture that comes again, round after round, has the next method.
        return (all % pictures, (all % pictures + all / pictures) % methods)
      }
    }
    var circle = key.folding("pictures").stream()
    let order = circle.permutation(pictures)
    let taken = Set(chosen.map(\.picture))
    var stream = own.folding("others").stream()
    let free = (0..<pictures).filter { !taken.contains($0) }
    let others = stream.permutation(free.count).prefix(study.practice + study.vigilance).map {
      order[free[$0]]
    }
    chosen = chosen.map { (order[$0.picture], $0.method) }
    let tests =
      chosen.map { (RealismTrial.Kind.test, $0.picture, $0.method) }
      + others.dropFirst(study.practice).map { (.vigilance, $0, nil) }
    var mixing = own.folding("order").stream()
    let mixed = mixing.permutation(tests.count).map { tests[$0] }
    var first = own.folding("practice").stream()
    let start = first.index(below: methods)
    let practice = others.prefix(study.practice).enumerated().map { place, picture in
      (RealismTrial.Kind.practice, picture, Optional(sole ?? (start + place) % methods))
    }
    method = sole
    let all = practice + mixed
    let sides = Self.sides(of: all.map { ($0.0, $0.2) }, key: own.folding("sides"))
    trials = all.indices.map { place in
      RealismTrial(
        number: place, kind: all[place].0, method: all[place].2, picture: all[place].1,
        fake: sides[place])
    }
  }

  /// Sides for trials: of each kind and method half are left and half right, and an odd one is
  /// tossed for.
  private static func sides(
    of trials: [(kind: RealismTrial.Kind, method: Int?)], key: RandomKey
  ) -> [Side] {
    var stream = key.stream()
    var sides = [Side](repeating: .left, count: trials.count)
    let groups = Dictionary(grouping: trials.indices) {
      "\(trials[$0].kind.rawValue) \(trials[$0].method ?? -1)"
    }
    for (_, places) in groups.sorted(by: { $0.key < $1.key }) {
      let isLeftFirst = stream.chance(0.5)
      for (turn, at) in stream.permutation(places.count).enumerated() {
        sides[places[at]] = (turn % 2 == 0) == isLeftFirst ? .left : .right
      }
    }
    return sides
  }
}
