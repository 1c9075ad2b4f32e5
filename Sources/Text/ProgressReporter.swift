public import Processes

/// Says how far a loop is: a bar where a terminal watches standard error, a plain line every ten
/// seconds where a file does, an object as often on standard output with `--json`.
public struct ProgressReporter {
  private let title: String
  private let total: Int
  private let unit: String
  private let screen: Screen
  private let now: () -> Double
  private let begin: Int
  private let started: Double
  private var shown = -Double.infinity
  private var items = 0
  /// Nil until somebody says that it waited.
  private var waited: Double?

  /// A loop of `total` steps, `done` of which are behind; `unit` is what a step processes.
  ///
  /// `now` gives seconds, from whatever beginning; tests pass their own, and their own screen.
  public init(
    _ title: String, total: Int, done: Int = 0, unit: String = "images",
    screen: Screen = .standardError, now: @escaping () -> Double = ProgressReporter.seconds
  ) {
    self.title = title
    self.total = total
    self.unit = unit
    self.screen = screen
    self.now = now
    begin = done
    started = now()
  }

  /// Seconds of a clock that only goes forward.
  public static func seconds() -> Double {
    clockStart.duration(to: .now).seconds
  }

  /// `step` steps are done; since the last call `count` items were processed and `seconds` spent
  /// waiting for data, where that is measured. `message` stands at the end of the line.
  public mutating func update(
    _ step: Int, count: Int, waited seconds: Double? = nil, message: String = ""
  ) {
    items += count
    if let seconds { waited = (waited ?? 0) + seconds }
    let time = now()
    let isLast = step >= total
    guard isLast || time - shown >= (screen.isTerminal ? 0.1 : 10) else { return }
    shown = time
    let elapsed = max(time - started, 1e-9)
    let line = self.line(step, elapsed: elapsed, message: message)
    if screen.isTerminal {
      screen.write("\r\u{1B}[K" + line + (isLast ? "\n" : ""))
    } else {
      var facts: [String: any Encodable] = [
        "title": title, "done": step, "total": total, "seconds": elapsed,
        "secondsLeft": elapsed / Double(max(step - begin, 1)) * Double(max(0, total - step)),
        "\(unit)PerSecond": Double(items) / elapsed,
      ]
      if !message.isEmpty { facts["text"] = message }
      screen.say(Report(.progress, line, facts))
    }
  }

  /// Shows on a terminal what is done between two steps; the next step replaces it.
  public func show(_ words: String) {
    guard screen.isTerminal else { return }
    screen.write("\r\u{1B}[K" + String("\(title): \(words)".prefix(max(0, screen.columns - 1))))
  }

  /// Says something else on a line of its own; a bar goes on below it. On a terminal that is too
  /// narrow for the line it breaks where two spaces are, between names with their numbers.
  public func say(_ report: Report) {
    guard screen.isTerminal else { return screen.say(report) }
    screen.write("\r\u{1B}[K")
    let width = max(1, screen.columns - 1)
    screen.say(Report(report.kind, report.description.wrapped(to: width, atGapsOf: "  ")))
  }

  /// Ends the line of a bar that did not come to its end, so that other words can follow.
  public func finish() {
    if screen.isTerminal { screen.write("\n") }
  }

  private func line(_ step: Int, elapsed: Double, message: String) -> String {
    let perStep = elapsed / Double(max(step - begin, 1))
    let percent = total > 0 ? 100 * min(step, total) / total : 100
    let count = "\(step)/\(total)"
    var parts = [
      "\(Table.number(Double(items) / elapsed, digits: 1)) \(unit)/s",
      step < total ? "ETA \(Self.clock(perStep * Double(total - step)))" : Self.clock(elapsed),
    ]
    if let waited { parts.append("data wait \(Int((100 * waited / elapsed).rounded()))%") }
    if !message.isEmpty { parts.append(message) }
    let words = parts.joined(separator: "  ")
    guard screen.isTerminal else { return "\(title) \(count) (\(percent)%)  \(words)" }
    let width = 20
    let full = min(width, width * percent / 100)
    let bar =
      String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
    let head = "\(title) "
    let tail = " \(percent)% \(count)  \(words)"
    // In a narrow window numbers say more than a bar.
    guard head.count + width + tail.count < screen.columns else {
      return String((head + tail.dropFirst()).prefix(max(0, screen.columns - 1)))
    }
    let colored = screen.usesColor ? "\u{1B}[36m\(bar)\u{1B}[0m" : bar
    return head + colored + tail
  }

  /// Seconds as `1:02:03` or `2:03`.
  public static func clock(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    return hours > 0
      ? "\(hours):\(two(minutes)):\(two(whole % 60))" : "\(minutes):\(two(whole % 60))"
  }
}

private let clockStart = ContinuousClock.now
