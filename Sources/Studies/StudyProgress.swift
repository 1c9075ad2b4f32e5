internal import Foundation
public import Text

/// A study's progress: a line for each step that ends, and on terminals a last line that says what
/// runs and how long the rest may take.
public final class StudyProgress {
  private let screen: Screen
  private let clock = ContinuousClock()
  private var running: [(id: String, product: String, since: ContinuousClock.Instant)] = []
  private var (before, done, total) = (0, 0, 0)
  private var began = ContinuousClock().now
  private var shown: ContinuousClock.Instant?
  private var notes: Set<String> = []

  /// Progress on a screen.
  public init(_ screen: Screen = .standardError) { self.screen = screen }

  /// Shows what happened.
  public func show(_ event: StudyEvent) {
    switch event {
    case .begun(let done, let total):
      (before, self.done, self.total, began) = (done, done, total, clock.now)
      line("\(total) steps, \(done) done")
    case .started(let step):
      running.append((step.id, step.product, clock.now))
      if !screen.isTerminal { line("[\(done)/\(total)] \(step.id) begins") }
      status(always: true)
    case .ended(let step, let done, let total):
      (self.done, self.total) = (done, total)
      let since = running.first { $0.id == step.id }?.since ?? clock.now
      running.removeAll { $0.id == step.id }
      line("[\(done)/\(total)] \(step.id) done in \(Self.words(since.duration(to: clock.now)))")
      status(always: true)
    case .note(let text):
      // A step may wait for long, and is asked again and again.
      if notes.insert(text).inserted { line(text) }
    case .pass: status(always: false)
    }
  }

  /// Clears the last line.
  public func finish() { if screen.isTerminal { screen.write("\r\u{1B}[K") } }

  private func line(_ text: String) {
    screen.write((screen.isTerminal ? "\r\u{1B}[K" : "") + text + "\n")
  }

  private func status(always: Bool) {
    guard screen.isTerminal else { return }
    let now = clock.now
    if !always, let shown, shown.duration(to: now) < .seconds(1) { return }
    shown = now
    let parts = running.map { one in
      Self.step(of: one.product).map { "\(one.id) step \($0)" } ?? one.id
    }
    var text = "[\(done)/\(total)] " + parts.joined(separator: ", ")
    if done > before {
      let spent = began.duration(to: now)
      let rest = spent / Double(done - before) * Double(total - done)
      text += "; about \(Self.words(rest)) left"
    }
    screen.write("\r\u{1B}[K" + String(text.prefix(max(20, screen.columns - 1))))
  }

  /// The last step that a run's journal tells of.
  private static func step(of folder: String) -> Int? {
    guard let file = FileHandle(forReadingAtPath: "\(folder)/journal.jsonl") else { return nil }
    defer { try? file.close() }
    let length = (try? file.seekToEnd()) ?? 0
    try? file.seek(toOffset: length - min(length, 4096))
    let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    guard let last = text.range(of: "\"step\":", options: .backwards) else { return nil }
    return Int(text[last.upperBound...].prefix { $0.isNumber })
  }

  /// A duration as people say it.
  static func words(_ duration: Duration) -> String {
    let seconds = Int(duration.components.seconds)
    if seconds < 100 { return "\(seconds) s" }
    if seconds < 100 * 60 { return "\((seconds + 30) / 60) min" }
    return Table.number(Double(seconds) / 3600, digits: 1) + " h"
  }
}
