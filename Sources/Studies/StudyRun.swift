internal import Files
public import Processes
internal import Runs

/// Does the steps of a plan that are not done: in their order, several at once, until all are there
/// or a signal asks for the end. The same call goes on after any end.
public struct StudyRun {
  /// How a call ended.
  public enum Outcome: Sendable, Equatable {
    /// Every step is done.
    case finished
    /// A signal asked for the end; what ran has saved.
    case interrupted(Signals.Ending)
  }

  /// What is done.
  public let plan: StudyPlan
  /// Whether steps of another recipe are removed and done again; otherwise they are refused.
  public var redoes = false
  /// Threads of each step; nil for `usualThreads` in a new folder, and for what an old one was
  /// begun with.
  public var threads: Int?
  /// Threads of each step in a new folder.
  public var usualThreads = 1
  /// Where steps compute, as `--device` names it; nil for the CPU in a new folder, and for what an
  /// old one was begun with.
  public var device: String?
  /// Says what is being done.
  public var say: (StudyEvent) -> Void = { _ in }
  private let tools: StudyTools
  private let records: StepRecords

  /// A run of a plan.
  public init(_ plan: StudyPlan, tools: StudyTools) {
    self.plan = plan
    self.tools = tools
    records = StepRecords(plan, tools)
  }

  /// What a call would find: every step with its state in words; nothing is changed.
  public func states() throws -> [(step: StudyStep, state: String)] {
    try OutputFolder.check(plan, files: tools.files)
    return try plan.steps.map { step in
      let state =
        switch try records.state(of: step) {
        case .new: "to do"
        case .unfinished(let because): "to do, \(because)"
        case .finished: "done"
        case .recorded: "done, by its row"
        case .foreign(let problem): "refused, \(problem)"
        }
      return (step, state)
    }
  }

  /// Does what is missing; `launcher` makes children with the threads that it is given.
  public func run(launcher make: (_ threads: Int) -> any StepLauncher) throws -> Outcome {
    let folder = try OutputFolder(
      plan, threads: threads, usually: usualThreads, device: device, files: tools.files)
    // Of records and features that a killed call was writing.
    TemporaryFile.removeLeftovers(in: plan.output, deeply: true)
    let waiting = try look()
    say(.begun(done: plan.steps.count - waiting.count, of: plan.steps.count))
    guard !waiting.isEmpty else { return .finished }
    Signals.watch()
    defer { Signals.stopWatching() }
    return try withExtendedLifetime(folder) {
      try work(waiting, make(folder.threads), folder)
    }
  }

  /// The steps that are to be done.
  private func look() throws -> [StudyStep] {
    var foreign: [(StudyStep, String)] = []
    var (waiting, recorded): (Set<String>, Set<String>) = ([], [])
    for step in plan.steps {
      switch try records.state(of: step) {
      case .finished: try records.completeRow(of: step, in: plan)
      case .recorded: recorded.insert(step.id)
      case .new: waiting.insert(step.id)
      case .unfinished(let because):
        say(.note("\(step.id): goes on, \(because)"))
        waiting.insert(step.id)
      case .foreign(let problem):
        foreign.append((step, problem))
        waiting.insert(step.id)
      }
    }
    // From the last to the first: what a step needs that is only recorded is fetched or made again.
    for step in plan.steps.reversed() where waiting.contains(step.id) {
      for need in step.needs where recorded.contains(need) {
        recorded.remove(need)
        if try records.restore(plan.step(need)) { continue }
        say(.note("\(need): made again, for \(step.id) needs what it left"))
        waiting.insert(need)
      }
    }
    let steps = plan.steps.filter { waiting.contains($0.id) }
    guard let first = foreign.first else { return steps }
    guard redoes else {
      let others = foreign.count > 1 ? " (so do \(foreign.count - 1) others)" : ""
      throw RunError(
        path: first.0.product,
        problem: """
          \(first.1)\(others); --redo removes such runs and makes them again, or choose another \
          --output
          """)
    }
    for (step, problem) in foreign {
      say(.note("\(step.id): removed, for it \(problem)"))
      try records.remove(step)
    }
    return steps
  }

  private func work(
    _ steps: [StudyStep], _ launcher: any StepLauncher, _ folder: OutputFolder
  ) throws -> Outcome {
    let clock = ContinuousClock()
    var (waiting, running) = (steps, [String: StudyStep]())
    var since: [String: ContinuousClock.Instant] = [:]
    var undone = Set(steps.map(\.id))
    var failures: [(StudyStep, Int32, String)] = []
    var (ending, isStopped): (Signals.Ending?, Bool) = (nil, false)
    var claimed: Set<String> = []
    while true {
      if ending == nil, let signal = Signals.received { ending = signal }
      if ending != nil, !isStopped {
        say(.note("asking \(running.count) runs to save and end"))
        launcher.stop()
        isStopped = true
      }
      // What waits for a step that failed can never be done, nor what waits for that in turn; steps
      // stand after those that they need.
      var lost = Set(failures.map(\.0.id))
      waiting.removeAll { step in
        let isLost = step.precedents.contains(where: lost.contains)
        if isLost { lost.insert(step.id) }
        return isLost
      }
      if ending == nil {
        for step in waiting where launcher.hasRoom {
          guard undone.isDisjoint(with: step.precedents) else { continue }
          guard try begin(step, launcher, folder.device, &claimed) else { continue }
          (running[step.id], since[step.id]) = (step, clock.now)
          waiting.removeAll { $0.id == step.id }
        }
      }
      if running.isEmpty, ending != nil || waiting.isEmpty { break }
      for (id, status) in try launcher.ended() {
        let step = running.removeValue(forKey: id)!
        try records.add(
          seconds: since[id]!.duration(to: clock.now).seconds, to: step, device: folder.device,
          threads: folder.threads)
        if status == 0 {
          try records.finish(step)
          try records.writeRow(of: step, in: plan)
          undone.remove(id)
          say(.ended(step, done: plan.steps.count - undone.count, of: plan.steps.count))
        } else if let signal = Signals.Ending.allCases.first(where: { $0.exitCode == status }) {
          ending = ending ?? signal
        } else {
          failures.append((step, status, try lastWords(step)))
          say(.note("\(step.id): failed with status \(status); the others go on"))
        }
      }
      say(.pass)
    }
    if let (step, status, words) = failures.first {
      let others = failures.count > 1 ? ", and \(failures.count - 1) others failed" : ""
      throw RunError(
        path: records.log(step),
        problem: "\(step.id) ended with status \(status)\(others): \(words)")
    }
    return ending.map { .interrupted($0) } ?? .finished
  }

  /// Starts a step; false where it must wait for a process that an earlier call left behind.
  private func begin(
    _ step: StudyStep, _ launcher: any StepLauncher, _ device: String,
    _ claimed: inout Set<String>
  ) throws -> Bool {
    if claimed.insert(step.id).inserted {
      try records.claim(step)
      try records.removeLeftovers(step)
      try tools.files.makeDirectory(folder(of: step.product))
    }
    let isBegun =
      try step.work != .export && tools.files.exists("\(step.product)/configuration.yaml")
    // Exports are checked on the host.
    let place = step.work == .export || device == "cpu" ? [] : ["--device", device]
    let rate = try records.rate(of: step, in: plan)
    let begun = try launcher.launch(
      step, arguments: step.arguments(rate: rate, isBegun: isBegun) + place, log: records.log(step),
      lock: "\(plan.output)/steps/\(step.id).lock")
    say(begun ? .started(step) : .note("\(step.id): waits for a process of an earlier call"))
    return begun
  }

  /// The last lines that a step said.
  private func lastWords(_ step: StudyStep) throws -> String {
    let log = records.log(step)
    guard try tools.files.exists(log) else { return "it said nothing" }
    let text = String(decoding: try tools.files.read(log), as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).suffix(3).joined(separator: " | ")
  }
}

/// What happens while a study runs.
public enum StudyEvent {
  /// So many steps were done before.
  case begun(done: Int, of: Int)
  /// A step was started.
  case started(StudyStep)
  /// A step ended well; so many are done now.
  case ended(StudyStep, done: Int, of: Int)
  /// Something to know.
  case note(String)
  /// A moment passed.
  case pass
}
