internal import Randomness
internal import Statistics

/// What came out of a study.
public struct RealismResults: Sendable {
  /// The study.
  public let study: RealismStudy
  /// Everybody who joined and was not forgotten, by number.
  public let people: [PersonResult]
  /// How many were forgotten.
  public let forgotten: Int
  /// The methods, as in the study.
  public let methods: [MethodResult]
  /// All pairs of methods, the earlier one first; those without trials are left out.
  public let differences: [MethodDifference]
  /// Pictures that were shown, of those that fooled most first.
  public let pictures: [PictureResult]

  /// The results of what is in a journal; the same entries give the same numbers.
  public init(
    _ study: RealismStudy, _ entries: [JournalEntry], resamples: Int = 10_000
  ) {
    self.study = study
    var participants: [Int: Participant] = [:]
    var votes: [Int: [Vote]] = [:]
    var forgotten: Set<Int> = []
    for entry in entries {
      switch entry {
      case .study: break
      case .joined(let person): participants[person.number] = person
      case .vote(let vote): votes[vote.person, default: []].append(vote)
      case .forgotten(let person): forgotten.insert(person)
      }
    }
    self.forgotten = forgotten.count
    let people = participants.values.sorted { $0.number < $1.number }.map {
      PersonResult($0, votes[$0.number] ?? [], study)
    }
    self.people = people
    let key = RandomKey(seed: study.seed).folding("results")
    let tally = people.map { Self.tally($0, study.methods.count) }
    (methods, differences) = Self.compare(
      study, people, tally, resamples: resamples, key: key)
    pictures = Self.pictures(people)
  }

  /// Whether nobody was there.
  public var isSimulated: Bool { people.contains(where: \.participant.isSimulated) }

  /// People who count.
  public var counting: Int { people.filter(\.exclusions.isEmpty).count }

  /// Trials and fooled ones of a person for each method.
  private static func tally(_ person: PersonResult, _ methods: Int) -> [(fooled: Int, of: Int)] {
    var tally = [(fooled: Int, of: Int)](repeating: (0, 0), count: methods)
    for answer in person.counted {
      guard let method = answer.trial.method else { continue }
      tally[method].of += 1
      if answer.isFooled { tally[method].fooled += 1 }
    }
    return tally
  }

  private static func compare(
    _ study: RealismStudy, _ people: [PersonResult], _ tally: [[(fooled: Int, of: Int)]],
    resamples: Int, key: RandomKey
  ) -> ([MethodResult], [MethodDifference]) {
    let places = study.methods.indices
    let present = places.filter { method in tally.contains { $0[method].of > 0 } }
    // Only people who count are drawn: the others have no trials.
    let rows = tally.filter { $0.contains { $0.of > 0 } }
    var intervals: [Int: Interval] = [:]
    var differences: [MethodDifference] = []
    if study.design.isOneMethodEach {
      // People of one method are others than those of another: drawn for themselves.
      for method in present {
        let own = rows.filter { $0[method].of > 0 }
        intervals[method] =
          Interval.bootstrap(
            [statistic(own, method)], resamples: resamples, key: key.folding(method))[0]
      }
      for (first, second) in pairs(present) {
        differences.append(
          .init(
            first: first, second: second,
            difference: .independentDifference(intervals[first]!, intervals[second]!)))
      }
    } else if !present.isEmpty {
      let pairs = pairs(present)
      let found = Interval.bootstrap(
        present.map { statistic(rows, $0) },
        differences: pairs.map { (present.firstIndex(of: $0.0)!, present.firstIndex(of: $0.1)!) },
        resamples: resamples, key: key)
      for (place, method) in present.enumerated() { intervals[method] = found[place] }
      differences = zip(pairs, found.dropFirst(present.count)).map {
        .init(first: $0.0, second: $0.1, difference: $1)
      }
    }
    let rare = present.filter { isRare(rows, $0) }
    for method in rare {
      let trials = Interval.share(sum(rows, method, \.fooled), of: sum(rows, method, \.of))
      intervals[method] = intervals[method]!.widened(toHold: trials.scaled(by: 100))
    }
    differences = differences.map { pair in
      guard rare.contains(pair.first) || rare.contains(pair.second) else { return pair }
      return .init(
        first: pair.first, second: pair.second,
        difference: pair.difference.widened(
          toHold: .independentDifference(intervals[pair.first]!, intervals[pair.second]!)))
    }
    let methods = places.map { method in
      let own = people.indices.filter { tally[$0][method].of > 0 }
      let counts = own.map { tally[$0][method] }
      let times = own.flatMap { person in
        people[person].counted.filter { $0.trial.method == method }.map(\.vote.response)
      }
      let thresholds = own.compactMap { people[$0].threshold }
      return MethodResult(
        name: study.methods[method], people: own.count,
        trials: counts.reduce(0) { $0 + $1.of }, rate: intervals[method],
        standardError: counts.isEmpty
          ? nil
          : 100
            * twoLevelError(
              counts, resamples: min(resamples, 2000),
              key: key.folding("two levels").folding(method)),
        medianResponse: median(times),
        threshold: thresholds.isEmpty ? nil : .student(thresholds))
    }
    return (methods, differences)
  }

  private static func pairs(_ places: [Int]) -> [(Int, Int)] {
    places.indices.flatMap { first in
      places[(first + 1)...].map { (places[first], $0) }
    }
  }

  /// Whether fewer than five people were ever fooled by a method, or ever were not: a bootstrap
  /// over people may then have hardly any width. So intervals reach at least as far as if all
  /// trials were independent, and differences as if the methods were not paired.
  private static func isRare(_ rows: [[(fooled: Int, of: Int)]], _ method: Int) -> Bool {
    let shown = rows.map { $0[method] }.filter { $0.of > 0 }
    return shown.count { $0.fooled > 0 } < 5 || shown.count { $0.fooled < $0.of } < 5
  }

  private static func sum(
    _ rows: [[(fooled: Int, of: Int)]], _ method: Int, _ part: KeyPath<(fooled: Int, of: Int), Int>
  ) -> Int {
    rows.reduce(0) { $0 + $1[method][keyPath: part] }
  }

  private static func statistic(
    _ rows: [[(fooled: Int, of: Int)]], _ method: Int
  ) -> RatioStatistic {
    RatioStatistic(
      rows.map { 100 * Double($0[method].fooled) }, over: rows.map { Double($0[method].of) },
      within: 0...100)
  }

  /// The standard deviation of the share where people are drawn with replacement, and then each
  /// one's trials.
  private static func twoLevelError(
    _ counts: [(fooled: Int, of: Int)], resamples: Int, key: RandomKey
  ) -> Double {
    var stream = key.stream()
    let shares = (0..<resamples).map { _ in
      var (fooled, all) = (0, 0)
      for _ in counts {
        let person = counts[stream.index(below: counts.count)]
        all += person.of
        for _ in 0..<person.of where stream.index(below: person.of) < person.fooled { fooled += 1 }
      }
      return Double(fooled) / Double(all)
    }
    return shares.standardDeviation
  }

  private static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  private static func pictures(_ people: [PersonResult]) -> [PictureResult] {
    struct Place: Hashable {
      let method, picture: Int
    }
    var counts: [Place: (shown: Int, fooled: Int)] = [:]
    for answer in people.flatMap(\.counted) {
      guard let method = answer.trial.method else { continue }
      let place = Place(method: method, picture: answer.trial.picture)
      counts[place, default: (0, 0)].shown += 1
      if answer.isFooled { counts[place]!.fooled += 1 }
    }
    return counts.map {
      PictureResult(
        method: $0.key.method, picture: $0.key.picture, shown: $0.value.shown,
        fooled: $0.value.fooled)
    }.sorted { first, second in
      let (one, other) = (first.fooled * second.shown, second.fooled * first.shown)
      if one != other { return one > other }
      if first.shown != second.shown { return first.shown > second.shown }
      return (first.method, first.picture) < (second.method, second.picture)
    }
  }
}

extension Interval {
  /// The same estimate with ends that hold those of `other`, too; a range of too few values stays.
  func widened(toHold other: Interval) -> Interval {
    guard !isRange else { return self }
    return Interval(
      mean: mean, low: min(low, other.low), high: max(high, other.high), count: count)
  }

  /// The difference of two independent estimates: the ends' distances add as squares.
  ///
  /// - Source: Newcombe, "Interval estimation for the difference between independent proportions",
  ///   1998 (its square-and-add way).
  static func independentDifference(_ first: Interval, _ second: Interval) -> Interval {
    let mean = first.mean - second.mean
    func far(_ one: Double, _ other: Double) -> Double { (one * one + other * other).squareRoot() }
    return Interval(
      mean: mean, low: mean - far(first.mean - first.low, second.high - second.mean),
      high: mean + far(first.high - first.mean, second.mean - second.low),
      count: min(first.count, second.count), isRange: first.isRange || second.isRange)
  }
}
