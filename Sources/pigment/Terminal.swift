internal import Foundation
internal import Processes
internal import Text

/// A count on standard error: rewritten in place on a terminal, a line every few seconds otherwise.
struct Counter {
  private let title: String
  private var total: Int
  private var shown = ContinuousClock.now
  private var isOpen = false
  private let isTerminal = Screen.standardError.isTerminal

  private let heedsSignals: Bool

  /// A count toward `total`, which may become known later.
  init(_ title: String, total: Int = 0, heedsSignals: Bool = true) {
    self.title = title
    self.total = total
    self.heedsSignals = heedsSignals
  }

  /// Shows `done`, at most ten times a second on a terminal and every five seconds elsewhere.
  ///
  /// A signal that asks for the end ends the program here, between two turns of its loop: what is
  /// on disk is whole, and threads that still read have nothing to save. Loops that save look for
  /// themselves (`heedsSignals: false`).
  mutating func update(_ done: Int, of total: Int? = nil) {
    if heedsSignals, let signal = Signals.received {
      finish()
      Output.say("\(Interruption(signal: signal)) at \(title) \(done)/\(total ?? self.total)")
      _exit(signal.exitCode)
    }
    if let total { self.total = total }
    let now = ContinuousClock.now
    guard shown.duration(to: now) > (isTerminal ? .milliseconds(100) : .seconds(5)) else { return }
    shown = now
    let text = "\(title) \(done)/\(self.total)"
    if isTerminal {
      Output.write("\r\u{1B}[K\(text)")
      isOpen = true
    } else {
      Output.say(.init(.progress, text, ["title": title, "done": done, "total": self.total]))
    }
  }

  /// Clears the line.
  mutating func finish() {
    if isOpen { Output.write("\r\u{1B}[K") }
    isOpen = false
  }
}
