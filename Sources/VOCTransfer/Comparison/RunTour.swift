internal import Text

/// Where a comparison is among its runs, in words.
struct RunTour {
  private let total: Int
  private let now: () -> Double
  private var number = 0
  /// When each run that was not there already began; runs that were take no time.
  private var begun: [Double] = []

  init(total: Int, now: @escaping () -> Double = ProgressReporter.seconds) {
    (self.total, self.now) = (total, now)
  }

  /// Comes to the next run, which may be there already.
  mutating func next() { number += 1 }

  /// The run begins: `run 3 of 9 (about 2:10 left)`, with an estimate as soon as one is over.
  mutating func begin() -> String {
    let time = now()
    begun.append(time)
    let place = "run \(number) of \(total)"
    guard begun.count > 1 else { return place }
    let each = (time - begun[0]) / Double(begun.count - 1)
    return place + " (about \(ProgressReporter.clock(each * Double(total - number + 1))) left)"
  }
}
