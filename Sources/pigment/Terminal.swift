internal import Foundation

/// Writes a line to standard error.
func printError(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

/// A count on standard error: rewritten in place on a terminal, a line every few seconds otherwise.
struct Counter {
  private let title: String
  private var total: Int
  private var shown = ContinuousClock.now
  private var isOpen = false
  private let isTerminal = isatty(2) == 1

  /// A count toward `total`, which may become known later.
  init(_ title: String, total: Int = 0) {
    self.title = title
    self.total = total
  }

  /// Shows `done`, at most ten times a second on a terminal and every five seconds elsewhere.
  mutating func update(_ done: Int, of total: Int? = nil) {
    if let total { self.total = total }
    let now = ContinuousClock.now
    guard shown.duration(to: now) > (isTerminal ? .milliseconds(100) : .seconds(5)) else { return }
    shown = now
    let text = "\(title) \(done)/\(self.total)"
    if isTerminal {
      FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
      isOpen = true
    } else {
      printError(text)
    }
  }

  /// Clears the line.
  mutating func finish() {
    if isOpen { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    isOpen = false
  }
}
