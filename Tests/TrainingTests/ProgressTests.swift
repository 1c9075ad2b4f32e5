import Processes
import Testing
import Text

@Suite struct ProgressTests {
  final class Tape { var (text, time) = ("", 0.0) }

  static func reporter(_ tape: Tape, terminal: Bool, color: Bool = false) -> ProgressReporter {
    ProgressReporter(
      "train", total: 100, done: 20,
      screen: Screen(isTerminal: terminal, usesColor: color, columns: 200) { tape.text += $0 },
      now: { tape.time })
  }

  @Test func aFileGetsALineEveryTenSeconds() {
    let tape = Tape()
    var reporter = Self.reporter(tape, terminal: false)
    for step in 21...100 {
      tape.time += 1
      reporter.update(step, count: 4, waited: 0.25, message: "loss \(step)")
    }
    reporter.finish()
    let lines = tape.text.split(separator: "\n")
    #expect(lines.count == 9)
    #expect(
      lines[1] == "train 31/100 (31%)  4.0 images/s  ETA 1:09  data wait 25%  loss 31")
    #expect(
      lines[8] == "train 100/100 (100%)  4.0 images/s  1:20  data wait 25%  loss 100")
    #expect(!tape.text.contains("\u{1B}"))
  }

  @Test func aLineBreaksBetweenNumbersWhereATerminalIsNarrow() {
    let line = "after step 20:  auc 0.8296  rmse 20.2182  (best auc so far)"
    for (columns, isTerminal, expected) in [
      (80, true, "\r\u{1B}[K\(line)\n"), (20, false, "\(line)\n"),
      (
        30, true,
        "\r\u{1B}[Kafter step 20:  auc 0.8296\n  rmse 20.2182\n  (best auc so far)\n"
      ),
    ] {
      let tape = Tape()
      let reporter = ProgressReporter(
        "train", total: 100,
        screen: Screen(isTerminal: isTerminal, usesColor: false, columns: columns) {
          tape.text += $0
        }, now: { tape.time })
      reporter.say(Report(.evaluation, line))
      #expect(tape.text == expected)
    }
  }

  @Test func whatIsCountedIsNamed() {
    #expect([0, 1, 2].map { $0.counted("run") } == ["0 runs", "1 run", "2 runs"])
    #expect(1.counted("person", plural: "people") == "1 person")
    #expect(3.counted("person", plural: "people") == "3 people")
  }

  @Test func aTerminalGetsABarThatIsRedrawn() {
    let tape = Tape()
    var reporter = Self.reporter(tape, terminal: true)
    tape.time = 40
    reporter.update(60, count: 80)
    #expect(
      tape.text
        == "\r\u{1B}[Ktrain ████████████░░░░░░░░ 60% 60/100  2.0 images/s  ETA 0:40")
    tape.time = 40.05
    reporter.update(61, count: 2)
    #expect(tape.text.filter { $0 == "\r" }.count == 1)
    tape.time = 4000
    reporter.update(100, count: 2)
    #expect(tape.text.hasSuffix("1:06:40\n"))
  }

  @Test func colorsAreOnlyUsedWhereWanted() {
    for color in [true, false] {
      let tape = Tape()
      var reporter = Self.reporter(tape, terminal: true, color: color)
      tape.time = 1
      reporter.update(50, count: 1)
      #expect(tape.text.contains("\u{1B}[36m") == color)
    }
  }

  @Test func otherWordsHaveALineOfTheirOwn() {
    for terminal in [true, false] {
      let tape = Tape()
      let reporter = Self.reporter(tape, terminal: terminal)
      reporter.say(Report(.note, "after step 3: auc 0.5"))
      #expect(tape.text == (terminal ? "\r\u{1B}[K" : "") + "after step 3: auc 0.5\n")
    }
  }

  @Test func aNarrowTerminalDropsTheBarBeforeTheNumbers() {
    let tape = Tape()
    var reporter = ProgressReporter(
      "train", total: 100,
      screen: Screen(isTerminal: true, usesColor: false, columns: 40) { tape.text += $0 },
      now: { tape.time })
    tape.time = 1
    reporter.update(50, count: 1, message: "a long message that does not fit")
    #expect(tape.text.dropFirst(4) == "train 50% 50/100  1.0 images/s  ETA 0:0")
  }
}
