internal import Foundation

/// What the system says of a process; only Linux says it.
struct RunningProcess {
  /// Whether it is dead and only waits for its parent to take notice.
  let isOver: Bool
  /// When it began, in ticks since the machine was started.
  let start: UInt64

  /// Nil where there is no such process, or nothing is known.
  ///
  /// - Source: proc(5), /proc/PID/stat.
  init?(_ process: Int32) {
    guard let bytes = FileManager.default.contents(atPath: "/proc/\(process)/stat") else {
      return nil
    }
    // The name of the program stands in parentheses, and may have any of its own.
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return nil }
    let words = text[text.index(after: end)...].split(separator: " ")
    guard words.count > 19, let start = UInt64(words[19]) else { return nil }
    isOver = ["Z", "X", "x"].contains(words[0])
    self.start = start
  }
}
