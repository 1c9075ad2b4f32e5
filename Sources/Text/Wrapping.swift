extension String {
  /// The words in lines of at most `width` characters; a longer word has a line of its own.
  public func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    for word in split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// The parts between gaps, as many on a line of at most `width` characters as fit, with a gap
  /// before every line but the first; a part that is longer has a line of its own.
  public func wrapped(to width: Int, atGapsOf gap: String) -> String {
    guard count > width else { return self }
    var (lines, last) = ("", "")
    for part in split(separator: gap) {
      if last.isEmpty {
        last = String(part)
      } else if last.count + gap.count + part.count <= width {
        last += gap + part
      } else {
        lines += last + "\n"
        last = gap + part
      }
    }
    return lines + last
  }
}
