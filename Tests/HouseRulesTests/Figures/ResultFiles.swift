/// The files that figures come from.
struct ResultFiles {
  /// The text of a file of the checkout.
  let text: (String) -> String?

  func csv(_ path: String) throws -> ResultTable {
    try ResultTable(csv: read(path), path: path)
  }

  /// Table `number` of a page, of those that follow the line `heading` where one is given.
  func markdown(_ path: String, heading: String? = nil, number: Int = 0) throws -> ResultTable {
    try ResultTable(markdown: read(path), path: path, heading: heading, number: number)
  }

  func read(_ path: String) throws -> String {
    guard let text = text(path) else {
      throw ResultTable.Missing(description: "\(path) is not there")
    }
    return text
  }
}
