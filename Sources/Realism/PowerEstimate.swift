internal import Foundation
public import Randomness
internal import Statistics

/// What a study of some size can find, by simulation.
public struct PowerEstimate: Sendable, Codable, Equatable {
  /// All people of the study.
  public let people: Int
  /// The standard deviation of the difference of two methods, in points.
  public let spread: Double
  /// The difference that is found with power 0.8, in points: 2.8 standard deviations for many
  /// people, more for few, whose intervals are wider.
  public let detectable: Double

  /// Simulates `studies` studies in which two methods fool equally often, in 3 of 10 trials.
  ///
  /// A staircase measures no rates; its study is simulated as the paper's.
  public static func simulated(
    _ study: RealismStudy, people: Int, studies: Int = 400, key: RandomKey
  ) -> PowerEstimate {
    let methods = max(2, study.methods.count)
    // A shape is enough: people see their share of trials of each method.
    let each = study.design.isOneMethodEach ? people / methods : people
    let trials =
      study.design.isOneMethodEach
      ? study.counted : max(1, study.counted / methods)
    let model = SimulatedPeople(rates: [0.3], key: key)
    let level = model.level(of: 0)
    let (personSpread, pictureSpread) = (model.personSpread, model.pictureSpread)
    let differences = (0..<studies).map { number in
      var stream = key.folding("study").folding(number).stream()
      var shares: [Double] = []
      var owns: [Double] = []
      for method in 0..<2 {
        var fooled = 0
        for person in 0..<max(1, each) {
          if study.design.isOneMethodEach || method == 0 {
            owns.append(personSpread * stream.normal())
          }
          let own = study.design.isOneMethodEach ? owns[owns.count - 1] : owns[person]
          for _ in 0..<trials {
            let value = level + own + pictureSpread * stream.normal()
            if stream.chance(1 / (1 + exp(-value))) { fooled += 1 }
          }
        }
        shares.append(100 * Double(fooled) / Double(max(1, each) * trials))
      }
      return shares[0] - shares[1]
    }
    let spread = differences.standardDeviation
    // So many standard deviations to be significant, and so many more to be so in 8 of 10 studies.
    let degrees = max(1, study.design.isOneMethodEach ? 2 * each - 2 : each - 1)
    let reach = [0.975, 0.8].map { Interval.studentQuantile($0, degrees: degrees) }
    return PowerEstimate(
      people: people, spread: spread, detectable: (reach[0] + reach[1]) * spread)
  }
}
