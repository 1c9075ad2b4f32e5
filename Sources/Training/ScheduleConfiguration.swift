internal import Configurations
public import Layers

/// The learning rate over a run, as configurations write it.
public struct ScheduleConfiguration: Codable, Hashable, Sendable {
  /// The known decays.
  public enum Decay: String, Codable, Sendable, CaseIterable {
    /// The base rate throughout.
    case constant
    /// Times `factor` every `interval` iterations.
    case step
    /// Times `factor` at each of `milestones`.
    case multistep
    /// Times (1 - i / iterations)^`power`.
    case polynomial
    /// Half a cosine from the base rate to `final` times it.
    case cosine
  }

  /// The learning rate after warm-up.
  public var rate: Double = 1e-3
  /// The shape of the decay.
  public var decay: Decay = .cosine
  /// Iterations of linear growth at the start.
  public var warmup: Int = 0
  /// `step` and `multistep`: the factor of each drop.
  public var factor: Double = 0.1
  /// `step`: iterations between drops.
  public var interval: Int = 10_000
  /// `multistep`: iterations at which the rate drops.
  public var milestones: [Int] = []
  /// `polynomial`: the exponent.
  public var power: Double = 0.9
  /// `cosine`: the last rate as a share of the base rate.
  public var final: Double = 0

  /// A cosine from 1e-3.
  public init() {}

  /// Throws at the first setting that would make a rate negative, infinite or no number.
  func check() throws {
    for (setting, value) in [
      ("rate", rate), ("factor", factor), ("power", power), ("final", final),
    ]
    where !(value >= 0 && value.isFinite) {
      throw ConfigurationError(
        place: "schedule.\(setting)", problem: "must be finite and not negative, it is \(value)")
    }
    guard interval > 0 else {
      throw ConfigurationError(
        place: "schedule.interval", problem: "must be positive, it is \(interval)")
    }
    guard warmup >= 0 else {
      throw ConfigurationError(
        place: "schedule.warmup", problem: "must not be negative, it is \(warmup)")
    }
  }

  /// Whether the rate of a step depends on how many there are in all.
  var dependsOnIterations: Bool {
    switch decay {
    case .constant, .step, .multistep: false
    case .polynomial, .cosine: true
    }
  }

  /// The schedule of a run of `iterations`.
  public func schedule(iterations: Int) -> Schedule {
    let shape: Schedule.Decay =
      switch decay {
      case .constant: .constant
      case .step: .step(interval: interval, factor: factor)
      case .multistep: .multistep(milestones: milestones, factor: factor)
      case .polynomial: .polynomial(power: power)
      case .cosine: .cosine(final: final)
      }
    return Schedule(base: rate, decay: shape, warmup: warmup, total: iterations)
  }
}
