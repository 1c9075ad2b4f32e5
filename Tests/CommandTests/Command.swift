import Foundation
import TestSupport

/// A command as the program describes it to makers of completions.
struct Command {
  /// The words after `pigment`.
  let name: String
  /// What it is for.
  let abstract: String
  /// Whether it does something, and is not a group of others.
  let isVerb: Bool

  /// All but the program itself.
  static func all(of bench: Bench) throws -> [Command] {
    struct Node: Decodable {
      let commandName: String
      let abstract: String?
      let subcommands: [Node]?
    }
    struct Tree: Decodable { let command: Node }
    func flat(_ node: Node, _ before: [String]) -> [Command] {
      let parts = (node.subcommands ?? []).filter { $0.commandName != "help" }
      return parts.flatMap { part in
        let name = before + [part.commandName]
        let inner = flat(part, name)
        return [
          Command(
            name: name.joined(separator: " "), abstract: part.abstract ?? "", isVerb: inner.isEmpty)
        ] + inner
      }
    }
    let text = try bench.pigment("--experimental-dump-help").output
    return flat(try JSONDecoder().decode(Tree.self, from: Data(text.utf8)).command, [])
  }
}
