internal import ArgumentParser
internal import Files
internal import Processes

/// How a command says what it does: options of all of them.
struct ConsoleOptions: ParsableArguments {
  @Flag(help: "Print one JSON object a line on standard output, for programs.") var json = false
  @Flag(help: "Say nothing on standard error but warnings and errors.") var quiet = false

  /// Takes effect at once: what other options have to say is said this way already.
  func validate() {
    Output.use(objects: json ? Self.object : nil, isQuiet: quiet)
  }

  @Sendable private static func object(_ report: Report) throws -> String {
    try JSON.text(of: report, .line, .relaxed)
  }
}
