internal import ArgumentParser
internal import Text

/// A name that is none of those known, and those that it is most like.
struct UnknownName: Error, CustomStringConvertible {
  let description: String

  /// `what` is said of the name, such as `task`.
  init(_ what: String, _ name: String, known: [String]) {
    let near = known.sorted { known in
      // The end of a full name may have been meant.
      let end = known.split(separator: ".").last.map(String.init) ?? known
      return min(known.distance(to: name), end.distance(to: name))
    }
    let isLong = known.count > 20
    let some = (isLong ? Array(near.prefix(5)) : near).joined(separator: ", ")
    description =
      "there is no \(what) '\(name)'; "
      + (isLong ? "those that read most like it are \(some)" : "there are \(some)")
  }
}

/// A word in the place of a command that is none.
struct UnknownCommand: Error, CustomStringConvertible {
  let description: String

  /// Looks at the words up to the first option; nil where each names a command, or where a command
  /// is one of those that take arguments.
  init?(in words: [String]) {
    var (command, before): (any ParsableCommand.Type, [String]) = (Pigment.self, ["pigment"])
    for word in words.prefix(while: { !$0.hasPrefix("-") }) {
      let parts = command.configuration.subcommands
      if let next = parts.first(where: { $0._commandName == word }) {
        (command, before) = (next, before + [word])
        continue
      }
      guard !parts.isEmpty, command.configuration.defaultSubcommand == nil, word != "help" else {
        return nil
      }
      let known = Self.names(of: Pigment.self, after: "pigment")
      func unlikeness(_ known: String) -> Int {
        String(known.split(separator: " ").last!).distance(to: word)
      }
      let near = known.filter { unlikeness($0) <= max(2, word.count / 3) }.sorted(by: unlikeness)
      let here = before.joined(separator: " ")
      let meant = near.prefix(3).joined(separator: ", or ")
      description =
        "there is no command '\(here) \(word)'; "
        + (meant.isEmpty ? "\(here) --help lists them" : "did you mean \(meant)?")
      return
    }
    return nil
  }

  private static func names(of command: any ParsableCommand.Type, after path: String) -> [String] {
    command.configuration.subcommands.flatMap { part in
      ["\(path) \(part._commandName)"] + names(of: part, after: "\(path) \(part._commandName)")
    }
  }
}
