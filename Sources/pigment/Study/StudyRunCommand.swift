internal import ArgumentParser
internal import Foundation
internal import Processes
internal import Runs
internal import Studies
internal import Tensors

/// `pigment study run`: do what is missing.
struct StudyRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Do every step of a study that is not done.",
    discussion: """
      Ctrl-C lets the runs save and ends; the same command goes on, also after a crash or kill \
      -9. What is finished is known by its recipe and not repeated; runs of another recipe are \
      refused. Logs are in OUTPUT/steps.
      """)

  @OptionGroup var options: StudyOptions
  @Option(help: "Steps at once, where memory allows.") var jobs = 1
  @Option(
    help: """
      Threads of each step; the cores divided by --jobs unless given. A study keeps those that it \
      was begun with.
      """)
  var threads: Int?
  @Option(
    help: ArgumentHelp(
      """
      Where steps compute: cpu, or cuda:0 for the first NVIDIA GPU. A study keeps the one that it \
      was begun on.
      """, valueName: "name"))
  var device: String?
  @Flag(help: "Remove runs of another recipe, and make them again.") var redo = false
  @Flag(
    help: """
      Print the steps, their state, their commands and the hours that are left, and do nothing.
      """) var dryRun = false
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard jobs > 0 else { throw ValidationError("--jobs must be positive") }
    guard threads ?? 1 > 0 else { throw ValidationError("--threads must be positive") }
    // Known here, before the folder is taken for it.
    if let device { _ = try Device(named: device) }
  }

  func run() throws {
    let tools = StudyTools.program
    let plan = try options.plan(tools)
    for words in try SharedPictures.words(in: plan) { Output.warn(words) }
    var run = StudyRun(plan, tools: tools)
    if dryRun {
      for (step, state) in try run.states() {
        let words = step.arguments.map(quoted).joined(separator: " ")
        Output.show(
          .init(
            .description, "# \(step.id) (\(state))\npigment \(words)",
            ["step": step.id, "state": "\(state)", "arguments": step.arguments]))
      }
      Output.show(
        .init(
          .description, "# \(plan.steps.count) steps, \(plan.rows.count) rows\n",
          ["steps": plan.steps.count, "rows": plan.rows.count]))
      StudyBudgetCommand.show(
        try StudyBudget(plan, tools: tools), of: plan,
        remedy: "pigment study budget --measure measures them")
      return
    }
    guard let program = Bundle.main.executablePath else {
      throw RunError(path: "pigment", problem: "does not know where it lies")
    }
    let progress = StudyProgress()
    run.redoes = redo
    run.threads = threads
    run.device = device
    run.usualThreads = max(1, ProcessInfo.processInfo.activeProcessorCount / jobs)
    run.say = progress.show
    defer { progress.finish() }
    switch try run.run(launcher: { ChildLauncher(program: program, jobs: jobs, threads: $0) }) {
    case .finished:
      progress.finish()
      Output.show(
        .file(
          plan.output, "\(plan.output): finished; pigment study report writes the tables",
          ["isFinished": true]))
    case .interrupted(let signal):
      progress.finish()
      Output.say("\(plan.output): stopped; the same command goes on")
      throw ExitCode(signal.exitCode)
    }
  }

  /// An argument as a shell takes it.
  private func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy {
      (97...122).contains($0 | 0x20) || (48...57).contains($0) || "/._-=+,:@%".utf8.contains($0)
    }
    if isPlain, !text.isEmpty { return text }
    let parts = text.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.joined(separator: "'\\''") + "'"
  }
}
