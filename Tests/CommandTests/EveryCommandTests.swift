import Foundation
import TestSupport
import Testing

/// Every verb, started as its users start it.
@Suite(.serialized, OnABench()) struct EveryCommandTests {
  let bench: Bench
  /// Every command of the program, as it says itself.
  let commands: [Command]

  init() throws {
    bench = try #require(Bench.current)
    commands = try Command.all(of: bench)
  }

  @Test func everyVerbHasARow() {
    let verbs = Set(commands.filter(\.isVerb).map(\.name))
    let rows = CommandCase.all.map(\.verb)
    #expect(verbs.count >= 38 && rows.count == Set(rows).count)
    #expect(verbs.subtracting(rows) == [], "these have no row in CommandCases")
    #expect(Set(rows).subtracting(verbs) == [], "these rows have no verb")
  }

  @Test func everyRowNamesWhatIsWrong() {
    for row in CommandCase.all {
      #expect(row.right.allSatisfy { $0.status == 0 } && !row.right.isEmpty, "\(row.verb)")
      #expect([1, 64].contains(row.wrong.status), "\(row.verb)")
      guard let missing = row.missing else { continue }
      #expect(
        missing.status == 1 && missing.arguments.contains("nowhere")
          && missing.says.contains("nowhere"), "\(row.verb)")
    }
    #expect(
      CommandCase.all.filter { $0.missing == nil }.map(\.verb)
        == ["data build scenes", "config show", "config explain", "list", "doctor"])
  }

  @Test(arguments: Trial.all) func everyUseEndsAsTheTableSays(_ trial: Trial) throws {
    let (use, before) = (trial.use, bench.contents)
    try use.prepare(bench)
    let found = try bench.pigment("\(trial.verb) \(use.arguments)")
    #expect(found.status == use.status, "\(found.output)")
    let text = use.status == 0 ? found.output : found.errors
    let line = String(text.split(separator: "\n", omittingEmptySubsequences: false).first ?? "")
    if use.says.hasSuffix("…") {
      let start = use.says.dropLast()
      #expect(line.hasPrefix(start) && line.count > start.count, "\(line)\nnot\n\(use.says)")
    } else {
      #expect(line == use.says)
    }
    for product in use.makes { #expect(bench.holds(product), "\(product) is missing or empty") }
    if use.status != 0 {
      #expect(bench.contents.subtracting(before) == [], "an error leaves nothing")
    }
  }

  @Test func everyCommandExplainsItself() throws {
    for command in commands {
      let found = try bench.pigment("\(command.name) --help")
      let words = found.output.split { $0.isWhitespace }.joined(separator: " ")
      #expect(found.status == 0 && found.errors == "", "\(command.name)")
      #expect(words.hasPrefix("OVERVIEW: \(command.abstract)"), "\(command.name): \(words)")
      #expect(
        command.abstract.count > 10 && words.contains("USAGE: pigment \(command.name)"),
        "\(command.name): \(words)")
    }
  }

  @Test func whatIsNoCommandIsRefused() throws {
    for command in [""] + commands.filter({ !$0.isVerb }).map(\.name) {
      let found = try bench.pigment("\(command) paint")
      // `pigment units` takes an archive where no command is named.
      #expect(found.status == 64, "\(command): \(found.output)")
      #expect(found.errors.hasPrefix("Error: "), "\(command): \(found.output)")
    }
    let version = try bench.pigment("--version")
    #expect(version.status == 0 && version.output.split(separator: ".").count == 3)
  }
}
