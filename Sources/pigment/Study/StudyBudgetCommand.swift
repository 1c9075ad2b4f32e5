internal import ArgumentParser
internal import Foundation
internal import Processes
internal import Runs
internal import Studies
internal import Text

/// `pigment study budget`: what is left to do, in hours.
struct StudyBudgetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "budget", abstract: "Reckon the hours of a study before it starts.",
    discussion: """
      Steps are reckoned by the images that they see. The speed of a kind of work (a learner or a \
      task) is that of its finished steps, or stated, or measured by two short runs. Hours are of \
      one process after another.
      """)

  @OptionGroup var options: StudyOptions
  @Option(
    help: ArgumentHelp(
      "Images a second of a learner or a task, such as colorization=250; may be repeated.",
      valueName: "kind=number"))
  var speed: [String] = []
  @Flag(help: "Measure other kinds by 16 and 48 steps of the program, one thread each.")
  var measure = false
  @OptionGroup var console: ConsoleOptions

  func validate() throws { _ = try stated }

  private var stated: [String: StudyBudget.Speed] {
    get throws {
      try speed.reduce(into: [:]) { found, text in
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let number = Double(parts[1]), number > 0 else {
          throw ValidationError("--speed \(text): write KIND=IMAGES_PER_SECOND")
        }
        found[String(parts[0])] = .init(imagesPerSecond: number)
      }
    }
  }

  func run() throws {
    let tools = StudyTools.program
    let plan = try options.plan(tools)
    for words in try SharedPictures.words(in: plan) { Output.warn(words) }
    var budget = try StudyBudget(plan, stated: stated, tools: tools)
    if measure {
      let unknown = budget.lines.filter { $0.speed == nil }.map(\.kind)
      budget = try StudyBudget(
        plan, stated: stated, measured: try measured(plan, unknown), tools: tools)
    }
    let remedy = "state them with --speed"
    Self.show(budget, of: plan, remedy: measure ? remedy : "--measure, or \(remedy)")
  }

  /// Prints what is left to do, in hours, and what is not known of it.
  static func show(_ budget: StudyBudget, of plan: StudyPlan, remedy: String) {
    Output.show(
      .init(
        .description, "\(budget.done) of \(plan.steps.count) steps are done\n",
        ["done": budget.done, "steps": plan.steps.count]))
    Output.show(budget.table.report("budget"))
    let unknown = budget.lines.filter { $0.speed == nil && $0.kind != "export" }.map(\.kind)
    guard !unknown.isEmpty else { return }
    Output.show(.init(.note, "not reckoned: \(unknown.joined(separator: ", ")); \(remedy)"))
  }

  /// Speeds by two short runs of a step of each kind.
  private func measured(
    _ plan: StudyPlan, _ kinds: [String]
  ) throws -> [String: StudyBudget.Speed] {
    let folder = NSTemporaryDirectory() + "pigment-budget-\(UUID())"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var found: [String: StudyBudget.Speed] = [:]
    for (kind, runs) in StudyBudget.probes(plan, of: kinds, folder: folder) {
      let times = try runs.map { (images: $0.images, seconds: try seconds($0.arguments, kind)) }
      found[kind] = .between(times[0], times[1])
    }
    return found
  }

  /// Seconds of one call of this program.
  private func seconds(_ arguments: [String], _ kind: String) throws -> Double {
    guard let program = Bundle.main.executableURL else {
      throw RunError(path: "pigment", problem: "does not know where it lies")
    }
    let process = Process()
    (process.executableURL, process.arguments) = (program, arguments)
    process.environment = ProcessInfo.processInfo.environment.merging(["OMP_NUM_THREADS": "1"]) {
      $1
    }
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    let clock = ContinuousClock()
    let time = try clock.measure {
      try process.run()
      process.waitUntilExit()
    }
    guard process.terminationStatus == 0 else {
      throw RunError(
        path: kind,
        problem: "cannot be measured: status \(process.terminationStatus) of pigment "
          + arguments.joined(separator: " "))
    }
    return time.seconds
  }
}
