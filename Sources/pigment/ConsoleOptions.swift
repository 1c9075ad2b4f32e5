internal import ArgumentParser
internal import Files
internal import Processes

/// How a command says what it does: options of all of them.
struct ConsoleOptions: ParsableArguments {
  @Flag(help: "Print one JSON object a line on standard output, for programs.") var json = false
  @Flag(help: "Say nothing on standard error but warnings and errors.") var quiet = false

  /// Takes effect before other options are looked at.
  static func heed(_ words: some Sequence<String>) {
    let words = Set(words)
    Output.use(
      objects: words.contains("--json") ? object : nil, isQuiet: words.contains("--quiet"))
  }

  @Sendable private static func object(_ report: Report) throws -> String {
    try JSON.text(of: report, .line, .relaxed)
  }
}
