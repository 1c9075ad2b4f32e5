import Testing

/// One call of a verb, and what comes of it.
struct Use: Sendable {
  /// What follows the verb, with spaces between.
  let arguments: String
  /// The exit status.
  let status: Int32
  /// The first line that is written: to standard output where all is well, else to standard error.
  /// A line that ends in … may go on.
  let says: String
  /// Files and folders that are there afterwards and hold something.
  var makes: [String] = []
  /// What has to be done first.
  var prepare: @Sendable (Bench) throws -> Void = { _ in }

  /// A use that succeeds.
  static func makes(
    _ products: String, _ arguments: String, says: String,
    after prepare: @escaping @Sendable (Bench) throws -> Void = { _ in }
  ) -> Use {
    Use(
      arguments: arguments, status: 0, says: says,
      makes: products.split(separator: " ").map(String.init), prepare: prepare)
  }

  /// A use that ends in an error, and leaves nothing.
  static func fails(_ status: Int32, _ arguments: String, says: String) -> Use {
    Use(arguments: arguments, status: status, says: "Error: " + says)
  }
}

/// A verb of the program: how it is used rightly and wrongly.
struct CommandCase: Sendable {
  /// The words after `pigment`.
  let verb: String
  /// Right uses.
  let right: [Use]
  /// A wrong setting or option.
  let wrong: Use
  /// A file that is not there, called nowhere; nil of verbs that read none.
  let missing: Use?
  /// Other uses that are refused.
  let refused: [Use]

  init(
    _ verb: String, right: Use..., wrong: Use, missing: Use?, refused: [Use] = []
  ) {
    (self.verb, self.right, self.wrong, self.missing) = (verb, right, wrong, missing)
    self.refused = refused
  }

  /// All verbs, in an order in which each finds the files of those before it.
  static let all = datasets + training + export + transfer + units + studies + realism
}

/// A row of the table, one call of it.
struct Trial: Sendable, CustomTestStringConvertible {
  let verb: String
  let use: Use

  var testDescription: String { "pigment \(verb) \(use.arguments)" }

  static let all = CommandCase.all.flatMap { row in
    (row.right + [row.wrong] + [row.missing].compactMap { $0 } + row.refused).map {
      Trial(verb: row.verb, use: $0)
    }
  }
}
