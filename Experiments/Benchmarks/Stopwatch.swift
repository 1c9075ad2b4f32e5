/// Takes medians of times.
struct Stopwatch {
  /// How often something is timed, after one run that is not.
  let repeats: Int

  /// The median time of `body`, in seconds.
  func seconds(_ body: () -> Void) -> Double {
    body()
    let clock = ContinuousClock()
    let times = (0..<repeats).map { _ in clock.measure(body) / .seconds(1) }
    return times.sorted()[repeats / 2]
  }
}

extension Double {
  /// With one digit after the point, right-aligned.
  func padded(_ width: Int) -> String {
    let tenths = Int((self * 10).rounded())
    let text = "\(tenths / 10).\(abs(tenths % 10))"
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

extension String {
  func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
