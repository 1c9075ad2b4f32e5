internal import ArgumentParser
internal import Processes
internal import Realism
internal import Runs

/// `pigment realism forget`: remove a person's answers.
struct RealismForgetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget",
    abstract: "Remove everything of a person; that it happened stays noted.",
    discussion: """
      Not while the study is served: then the person's own page has a button for it. The report in \
      the study's folder, which still shows the person, is removed as well; reports that were \
      written elsewhere must be made again.
      """)

  @Argument(help: "The study's folder.") var study: String
  @Argument(help: "The person, such as P7.") var person: String
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard Participant.number(of: person) != nil else {
      throw ValidationError("'\(person)' is no person; they are called P1, P2 and so on")
    }
  }

  func run() throws {
    let folder = StudyFolder(study)
    let plan = try folder.study()
    let lock = try RunLock(folder: study)
    defer { withExtendedLifetime(lock) {} }
    let sessions = try StudySessions(folder, plan)
    guard try sessions.forget(person: Participant.number(of: person)!) else {
      throw RealismError(folder.journal, "knows no \(person), or has forgotten them")
    }
    let hadReport = try folder.removeReport()
    Output.show(
      .file(
        folder.journal,
        "\(folder.journal): nothing of \(person) is left but a note that it was"
          + (hadReport ? "; \(folder.report) showed them and was removed: report again" : ""),
        ["person": person, "isReportRemoved": hadReport]))
  }
}
