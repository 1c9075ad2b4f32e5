/// An exposure that follows the answers: 10 ms shorter after a right one, 30 ms longer after a
/// wrong one. It comes to rest where three of four answers are right, halfway between guessing and
/// certainty.
///
/// The steps and the ends, 100 and 1,000 ms, are HYPE's. The threshold here is the mean of the last
/// half of the exposures, for the first half leads from the beginning to where it rests.
/// - Source: Zhou et al., "HYPE: a benchmark for human eye perceptual evaluation of generative
///   models", 2019; Kaernbach, "Simple adaptive testing with the weighted up-down method", 1991.
public struct Staircase: Sendable, Equatable {
  /// Steps in milliseconds.
  public static let down = 10.0, up = 30.0
  /// Ends and beginning, as parts of the study's exposure.
  public static let least = 0.1, begin = 0.5

  private let full: Double
  /// The exposures so far and the next one, in milliseconds.
  public private(set) var exposures: [Double]

  /// A staircase before the first answer; `exposure` is the longest one, in milliseconds.
  public init(exposure: Double) {
    full = exposure
    exposures = [Self.begin * exposure]
  }

  /// The exposure of the next trial.
  public var next: Double { exposures[exposures.count - 1] }

  /// Takes an answer to the trial with the exposure `next`.
  public mutating func answer(isRight: Bool) {
    // Steps are those of HYPE's 1,000 ms, in proportion.
    let scale = full / 1000
    let moved = next + (isRight ? -Self.down : Self.up) * scale
    exposures.append(min(max(moved, Self.least * full), full))
  }

  /// Where it came to rest, in milliseconds; nil before the second answer.
  public var threshold: Double? {
    let shown = exposures.dropLast()
    guard shown.count > 1 else { return nil }
    let last = shown.suffix(shown.count - shown.count / 2)
    return last.reduce(0, +) / Double(last.count)
  }
}
