/// The settings of a run folder, one by one.
enum FlatSettings {
  /// `a.b` and its value for every line of a configuration as run folders keep it: groups indented
  /// by two spaces, `name: value`, lists in lines that begin with a dash.
  static func entries(_ yaml: String) -> [(key: String, value: String)] {
    var path: [String] = []
    var found: [(key: String, value: String)] = []
    var items: [String: Int] = [:]
    for line in yaml.split(separator: "\n") {
      let indent = line.prefix { $0 == " " }.count
      var text = line.dropFirst(indent)
      var depth = indent / 2
      if text.first == "#" || text.isEmpty { continue }
      path = Array(path.prefix(depth))
      if text.hasPrefix("- ") {
        let list = path.joined(separator: ".")
        let number = items[list, default: 0]
        items[list] = number + 1
        path.append("\(number)")
        text = text.dropFirst(2)
        depth += 1
        guard text.contains(": ") || text.hasSuffix(":") else {
          found.append((path.joined(separator: "."), String(text)))
          continue
        }
      }
      guard let colon = text.firstIndex(of: ":") else { continue }
      let key = String(text[..<colon])
      let value = text[text.index(after: colon)...].drop { $0 == " " }
      path = Array(path.prefix(depth)) + [key]
      if !value.isEmpty { found.append((path.joined(separator: "."), String(value))) }
    }
    return found
  }

  /// The settings in which runs differ: name, and the value of each run (nil where it has none).
  static func differences(
    _ runs: [[(key: String, value: String)]]
  ) -> [(key: String, values: [String?])] {
    var keys: [String] = []
    for run in runs { for entry in run where !keys.contains(entry.key) { keys.append(entry.key) } }
    let tables = runs.map { Dictionary($0.map { ($0.key, $0.value) }) { first, _ in first } }
    return keys.compactMap { key in
      let values = tables.map { $0[key] }
      return values.allSatisfy { $0 == values[0] } ? nil : (key, values)
    }
  }
}
