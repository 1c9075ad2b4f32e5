internal import Statistics
public import Text

/// The results as tables, for people and for other programs.
extension RealismResults {
  /// The methods: rates in percent with standard error and interval.
  public var methodTable: Table {
    let isStaircase = study.design == .staircase
    var table = Table(
      ["method", "people", "trials", "fooled, %", "standard error", "median response, ms"]
        + (isStaircase ? ["threshold, ms"] : []))
    for method in methods {
      table.add(
        [
          method.name, "\(method.people)", "\(method.trials)",
          method.rate?.formatted(digits: 1) ?? "-",
          method.standardError.map { Table.number($0, digits: 1) } ?? "-",
          method.medianResponse.map { Table.number($0, digits: 0) } ?? "-",
        ] + (isStaircase ? [method.threshold?.formatted(digits: 0) ?? "-"] : []))
    }
    return table
  }

  /// All pairs of methods: differences in points.
  public var differenceTable: Table {
    var table = Table(["methods", "difference, points", "significant"])
    for pair in differences {
      table.add([
        "\(study.methods[pair.first]) - \(study.methods[pair.second])",
        pair.difference.formatted(digits: 1), pair.difference.excludesZero ? "yes" : "no",
      ])
    }
    return table
  }

  /// Everybody: vigilance, late trials, and why they do not count.
  public var peopleTable: Table {
    let isStaircase = study.design == .staircase
    var table = Table(
      [
        "person", "method", "answers", "vigilance caught", "late", "color vision", "plates read",
        "frame, ms",
      ] + (isStaircase ? ["threshold, ms"] : []) + ["left out for"],
      alignments: [.left, .left, .right, .right, .right, .left, .right, .right]
        + (isStaircase ? [.right] : []) + [.left])
    for person in people {
      let method = PersonSchedule(study, person: person.participant.number).method
      let facts = [
        person.name, method.map { study.methods[$0] } ?? "all", "\(person.answers.count)",
        "\(person.caught) of \(person.vigilance)", "\(person.late) of \(person.tests)",
        person.participant.vision.rawValue,
        "\(person.participant.readPlates(of: study)) of \(study.plates.count)",
        Table.number(person.participant.screen.frame, digits: 1),
      ]
      let threshold = person.threshold.map { Table.number($0, digits: 0) } ?? "-"
      table.add(
        facts + (isStaircase ? [threshold] : [])
          + [person.exclusions.map(\.rawValue).joined(separator: ", ")])
    }
    return table
  }

  /// Pictures, those that fooled most first.
  public var pictureTable: Table {
    var table = Table(
      ["picture", "method", "fooled", "shown", "share, %", "low", "high"],
      alignments: [.left, .left, .right, .right, .right, .right, .right])
    for picture in pictures {
      let share = picture.share.scaled(by: 100)
      table.add(
        [
          study.pictures[picture.picture], study.methods[picture.method], "\(picture.fooled)",
          "\(picture.shown)",
        ] + [share.mean, share.low, share.high].map { Table.number($0, digits: 1) })
    }
    return table
  }

  /// Every answer of everybody, counted or not.
  public var voteTable: Table {
    var table = Table(
      [
        "person", "trial", "kind", "method", "picture", "fake", "choice", "fooled", "counted",
        "response_ms", "exposure_ms", "left_ms", "right_ms", "late", "input",
      ])
    for row in voteRows {
      let (answer, vote) = (row.answer, row.answer.vote)
      table.add([
        row.person.name, "\(vote.trial)", answer.trial.kind.rawValue,
        answer.trial.method.map { study.methods[$0] } ?? "random colors",
        study.pictures[answer.trial.picture], answer.trial.fake.rawValue, vote.choice.rawValue,
        answer.isFooled ? "1" : "0", row.isCounted ? "1" : "0",
        Table.number(vote.response, digits: 1), Table.number(vote.exposure, digits: 1),
        Table.number(vote.shown[0], digits: 2), Table.number(vote.shown[1], digits: 2),
        vote.isLate ? "1" : "0", vote.input.rawValue,
      ])
    }
    return table
  }

  /// Every answer with its person and whether it counts.
  var voteRows: [(person: PersonResult, answer: PersonResult.Answer, isCounted: Bool)] {
    people.flatMap { person in
      let counted = Set(person.counted.map(\.trial.number))
      return person.answers.map { (person, $0, counted.contains($0.trial.number)) }
    }
  }

  /// What readers must know beside the numbers.
  public var caption: String {
    let excluded = people.count - counting
    let reasons = Exclusion.allCases.compactMap { reason in
      let count = people.filter { $0.exclusions.contains(reason) }.count
      return count == 0 ? nil : "\(count) \(reason.rawValue)"
    }
    return """
      \(isSimulated ? "SIMULATED PEOPLE: nobody saw a picture. " : "")Design \
      \(study.design.rawValue), study \(study.hash.prefix(12)). Of \
      \(people.count.counted("person", plural: "people")) who joined \(counting) \
      \(counting == 1 ? "counts" : "count") and \(excluded) \
      \(excluded == 1 ? "is" : "are") left out\
      \(reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))"), \(forgotten) asked to be \
      forgotten. Rule, written before the first trial: \(study.exclusion.description). Fooled: the \
      photograph was taken for the fake; 50 % would be the truth's own. Intervals hold 95 % and \
      are over people (bootstrap-t, each with all their trials; where fewer than five people were \
      ever fooled, or ever were not, they also hold Wilson's over trials, and differences that of \
      unpaired methods); over few people they are ranges; the standard error is the \
      two-level bootstrap of the paper's tool.
      """
  }
}
