public import Processes

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Where progress is shown, and what it can show.
public struct Screen {
  /// Whether lines can be redrawn.
  public var isTerminal: Bool
  /// Whether colors are wanted.
  public var usesColor: Bool
  /// Characters in a line.
  public var columns: Int
  /// Writes text as it is.
  public var write: (String) -> Void
  /// Says something on a line of its own.
  public var say: (Report) -> Void

  /// A screen; without `say`, lines of words are written like everything else.
  public init(
    isTerminal: Bool, usesColor: Bool, columns: Int,
    write: @escaping (String) -> Void, say: ((Report) -> Void)? = nil
  ) {
    self.isTerminal = isTerminal
    self.usesColor = usesColor
    self.columns = columns
    self.write = write
    self.say = say ?? { write("\($0)\n") }
  }

  /// Standard error; colors unless `NO_COLOR` is set (no-color.org).
  public static var standardError: Screen {
    func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
    let isTerminal =
      isatty(STDERR_FILENO) == 1 && variable("TERM") != "dumb" && !Output.saysObjects
      && !Output.isQuiet
    var size = winsize()
    let known = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return Screen(
      isTerminal: isTerminal, usesColor: isTerminal && variable("NO_COLOR").isEmpty,
      columns: known ? Int(size.ws_col) : 80, write: Output.write,
      say: Output.say)
  }
}
