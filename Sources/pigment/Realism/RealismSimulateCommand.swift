internal import ArgumentParser
internal import Processes
internal import Randomness
internal import Realism
internal import Runs

/// `pigment realism simulate`: people who are not there, to rehearse a report.
struct RealismSimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Fill a study that nobody has seen with simulated people, to rehearse its report.",
    discussion: """
      People and pictures differ as they do in the paper's figures (0.6 and 0.8 on the logit \
      scale). A study with simulated people is served to nobody, and its report says what it is.
      """)

  @Argument(help: "The study's folder.") var study: String
  @Option(help: "How many people; as many as planned unless given.") var people: Int?
  @Option(
    help: ArgumentHelp(
      "How often a method fools people, in percent; may be repeated. Others fool 30.",
      valueName: "name=percent"))
  var rate: [String] = []
  @Option(help: "The seed of the people.") var seed: UInt64 = 1
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    if let people, !(1...1000).contains(people) {
      throw ValidationError("--people is 1 to 1000")
    }
  }

  func run() throws {
    let folder = StudyFolder(study)
    let plan = try folder.study()
    let model = SimulatedPeople(
      rates: try rates(plan), key: RandomKey(seed: seed).folding("people"))
    let lock = try RunLock(folder: study)
    defer { withExtendedLifetime(lock) {} }
    guard try VoteJournal.entries(folder.journal, of: plan).count < 2 else {
      throw RealismError(folder.journal, "holds people already; plan another study")
    }
    let count = people ?? plan.people
    try VoteJournal.write(model.journal(plan, people: count), to: folder.journal)
    Output.show(
      .file(
        folder.journal,
        "\(folder.journal): \(count) simulated people; next: pigment realism report \(study)",
        ["people": count]))
  }

  /// The rates of all methods, as shares.
  private func rates(_ plan: RealismStudy) throws -> [Double] {
    var rates = plan.methods.map { _ in 0.3 }
    for text in rate {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let percent = Double(parts[1]), percent > 0, percent < 100 else {
        throw ValidationError("--rate \(text): write NAME=PERCENT, such as full=32")
      }
      guard let place = plan.methods.firstIndex(of: parts[0]) else {
        throw ValidationError(
          "--rate \(text): the study has \(plan.methods.joined(separator: ", "))")
      }
      rates[place] = percent / 100
    }
    return rates
  }
}
