public import Text

/// What a study will cost, reckoned before it starts: hours of each step that is not done, from the
/// speeds of finished steps of its kind, from stated ones, or from a few measured steps.
public struct StudyBudget {
  /// How fast a kind of work is.
  public struct Speed: Sendable, Equatable {
    /// Images a second.
    public var imagesPerSecond: Double
    /// Seconds of a step beside them: opening data, first weights, tests.
    public var overhead: Double

    /// A speed.
    public init(imagesPerSecond: Double, overhead: Double = 0) {
      (self.imagesPerSecond, self.overhead) = (imagesPerSecond, overhead)
    }

    /// The speed by two runs of one step, which differ in the images that they see alone; nil where
    /// more images took no more time.
    public static func between(
      _ few: (images: Int, seconds: Double), _ more: (images: Int, seconds: Double)
    ) -> Speed? {
      let seconds = more.seconds - few.seconds
      guard seconds > 0, more.images > few.images else { return nil }
      let rate = Double(more.images - few.images) / seconds
      return Speed(
        imagesPerSecond: rate, overhead: max(0, few.seconds - Double(few.images) / rate))
    }
  }

  /// One kind of work: a learner or a task.
  public struct Line: Sendable {
    /// The kind.
    public let kind: String
    /// Steps that are not done, and what they see and compute.
    public var steps = 0, images = 0, multiplyAdds = 0.0
    /// Seconds of all, and of the longest; nil where the speed is not known.
    public var seconds: Double?, longest: Double?
    /// Where the speed comes from.
    public let origin: String
    /// The speed.
    public let speed: Speed?
  }

  /// By kind, in the order of the plan.
  public let lines: [Line]
  /// Steps that are done.
  public let done: Int

  /// The budget of what a plan has left. `stated` and `measured` give speeds by kind; finished
  /// steps count before them.
  public init(
    _ plan: StudyPlan, stated: [String: Speed] = [:], measured: [String: Speed] = [:],
    tools: StudyTools
  ) throws {
    let records = StepRecords(plan, tools)
    var left: [StudyStep] = []
    var known: [String: (images: Double, seconds: Double)] = [:]
    for step in plan.steps {
      switch try records.state(of: step) {
      case .finished, .recorded:
        guard let time = try records.timing(of: step) else { continue }
        let images = max(1, step.effort.images)
        known[step.kind, default: (0, 0)].images += Double(images)
        known[step.kind, default: (0, 0)].seconds += time.seconds
      case .new, .unfinished, .foreign: left.append(step)
      }
    }
    done = plan.steps.count - left.count
    var lines: [Line] = []
    for step in left {
      if !lines.contains(where: { $0.kind == step.kind }) {
        let (speed, origin) = Self.speed(step.kind, known[step.kind], stated, measured)
        lines.append(Line(kind: step.kind, origin: origin, speed: speed))
      }
      let place = lines.firstIndex { $0.kind == step.kind }!
      lines[place].steps += 1
      lines[place].images += step.effort.images
      lines[place].multiplyAdds += step.effort.multiplyAdds
      guard let speed = lines[place].speed else { continue }
      let seconds =
        speed.overhead + Double(max(1, step.effort.images)) / speed.imagesPerSecond
      lines[place].seconds = (lines[place].seconds ?? 0) + seconds
      lines[place].longest = max(lines[place].longest ?? 0, seconds)
    }
    self.lines = lines
  }

  private static func speed(
    _ kind: String, _ known: (images: Double, seconds: Double)?, _ stated: [String: Speed],
    _ measured: [String: Speed]
  ) -> (Speed?, String) {
    if let known, known.seconds > 0 {
      return (Speed(imagesPerSecond: known.images / known.seconds), "finished steps")
    }
    if let speed = stated[kind] { return (speed, "stated") }
    if let speed = measured[kind] { return (speed, "measured") }
    return (nil, "not known")
  }

  /// Hours of everything whose speed is known.
  public var hours: Double { lines.compactMap(\.seconds).reduce(0, +) / 3600 }

  /// A line for each kind, and the sum.
  public var table: Table {
    var table = Table([
      "kind", "steps", "images", "multiply-adds", "images per second", "hours",
      "longest step, minutes", "by",
    ])
    for line in lines {
      table.add([
        line.kind, "\(line.steps)", "\(line.images)", Table.number(line.multiplyAdds, digits: 0),
        line.speed.map { Table.number($0.imagesPerSecond, digits: 1) } ?? "",
        line.seconds.map { Table.number($0 / 3600, digits: 2) } ?? "",
        line.longest.map { Table.number($0 / 60, digits: 1) } ?? "", line.origin,
      ])
    }
    table.add([
      "in all", "\(lines.reduce(0) { $0 + $1.steps })",
      "\(lines.reduce(0) { $0 + $1.images })",
      Table.number(lines.reduce(0) { $0 + $1.multiplyAdds }, digits: 0), "",
      Table.number(hours, digits: 2),
      Table.number((lines.compactMap(\.longest).max() ?? 0) / 60, digits: 1), "",
    ])
    return table
  }

  /// For each kind without a known speed a step of it that can be measured at once, because it
  /// needs no other: its arguments with few and with more iterations, and an output of their own.
  public static func probes(
    _ plan: StudyPlan, of kinds: [String], folder: String
  ) -> [(kind: String, runs: [(images: Int, arguments: [String])])] {
    kinds.compactMap { kind in
      guard
        let step = plan.steps.first(where: {
          $0.kind == kind && $0.needs.isEmpty && $0.effort.imagesOfStep > 1
        })
      else { return nil }
      let runs = [16, 48].map { iterations -> (images: Int, arguments: [String]) in
        var arguments = step.arguments
        for option in ["--output", "--run"] {
          guard let place = arguments.firstIndex(of: option) else { continue }
          arguments[place + 1] = "\(folder)/\(kind)-\(iterations)"
        }
        return (
          iterations * step.effort.imagesOfStep,
          arguments + ["--set", "iterations=\(iterations)"]
        )
      }
      return (kind, runs)
    }
  }
}
