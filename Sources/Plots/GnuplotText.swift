/// How words and numbers are written into a script so that gnuplot takes them as they are.
enum GnuplotText {
  /// A string: single quotes keep backslashes, backquotes and braces from being read as commands.
  /// Lines are joined by an expression; other control characters become spaces.
  static func quoted(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let plain = line.unicodeScalars.map { scalar in
        scalar.value < 0x20 || scalar.value == 0x7F ? " " : String(scalar)
      }.joined()
      return "'"
        + plain.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "''") + "'"
    }.joined(separator: ".\"\\n\".")
  }

  /// The text of a tick, which gnuplot reads as a format.
  static func tick(_ text: String) -> String {
    quoted(text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%"))
  }

  /// A number; what is not finite becomes a gap.
  static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "NaN" }

  /// About how wide a line of text is in Arial, in units of the font's size.
  static func width(_ text: String) -> Double {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.map { line in
      line.reduce(0) { sum, character in
        switch character {
        case "i", "j", "l", "t", "f", "I", ".", ",", ":", ";", "'", "|", "!", "(", ")", " ":
          sum + 0.29
        case "m", "w", "M", "W", "%", "@": sum + 0.85
        case "A"..."Z": sum + 0.69
        default: sum + 0.56
        }
      }
    }.max() ?? 0
  }
}
