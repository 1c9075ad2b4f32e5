import Foundation

/// Collects what the sources say of settings, for `pigment config`: the first argument is the Swift
/// file to write, the others are sources. A setting is a `public var` with a default, or a case of
/// an enumeration of text; what is said of it is the comment of three slashes above.
///
/// Sources are formatted (`make format`), so that indentation tells what a declaration lies in.
@main
enum SettingTexts {
  static func main() throws {
    let files = CommandLine.arguments.dropFirst()
    guard let output = files.first else { throw Failure("setting-texts OUTPUT SOURCES...") }
    var texts: [(name: String, text: String)] = []
    for file in files.dropFirst() {
      texts += said(in: try String(contentsOfFile: file, encoding: .utf8))
    }
    let lines = texts.sorted { $0.name < $1.name }
      .map { "    (\(quoted($0.name)), \(quoted($0.text)))," }
    let source = """
      /// What the sources say of settings and of the cases of their types; made when building.
      enum SettingTexts {
        /// Names such as `OptimizerConfiguration.rule`, in the order of the alphabet.
        static let all: [(name: String, text: String)] = [
      \(lines.joined(separator: "\n"))
        ]
      }

      """
    // What has not changed keeps its date, so that nothing is compiled for it.
    if (try? String(contentsOfFile: output, encoding: .utf8)) != source {
      try Data(source.utf8).write(to: URL(filePath: output))
    }
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  /// Settings and cases of one file, in order, and what is said of them.
  static func said(in source: String) -> [(name: String, text: String)] {
    let type =
      /^ *(?:(?:public|internal|fileprivate|private|indirect) )*(?:struct|enum|extension) ([\w.]+)/
    let setting = /^ *public var (\w+)(?:: [^={]+? =|: [^={]+\?$| =)/
    let choice = /^ *case (\w+)(?: = "([^"]+)")?/
    var around: [(indent: Int, name: String)] = []
    var comment: [Substring] = []
    var found: [(name: String, text: String)] = []
    for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
      let text = line.drop { $0 == " " }
      let indent = line.count - text.count
      if text.hasPrefix("///") {
        comment.append(text.dropFirst(3).drop { $0 == " " })
        continue
      }
      if !text.isEmpty { around.removeAll { $0.indent >= indent && !text.hasPrefix("{") } }
      let path = around.map(\.name).joined(separator: ".")
      if let match = line.prefixMatch(of: type) {
        around.append((indent, String(match.1)))
      } else if !comment.isEmpty, let last = around.last, indent == last.indent + 2 {
        if let match = line.prefixMatch(of: setting) {
          found.append(("\(path).\(match.1)", sentence(comment)))
        } else if let match = line.prefixMatch(of: choice) {
          found.append(("\(path).\(match.2 ?? match.1)", sentence(comment)))
        }
      }
      comment = []
    }
    return found
  }

  /// The first paragraph of a comment, on one line.
  private static func sentence(_ lines: [Substring]) -> String {
    lines.prefix { !$0.isEmpty }.joined(separator: " ")
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"\(escaped)\""
  }
}
