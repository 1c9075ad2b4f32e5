#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// How the learning rate changes over the iterations of a run.
public struct Schedule: Hashable, Sendable, Codable {
  /// The shape of the decay after the warm-up.
  public enum Decay: Hashable, Sendable, Codable {
    /// The base rate throughout.
    case constant
    /// Times `factor` every `interval` iterations (Caffe's `step`).
    case step(interval: Int, factor: Double)
    /// Times `factor` at each milestone (Caffe's `multistep`).
    case multistep(milestones: [Int], factor: Double)
    /// Times (1 - i / total)^power (Caffe's `poly`).
    case polynomial(power: Double)
    /// Half a cosine from the base rate to `final` times it.
    case cosine(final: Double)
  }

  /// The rate after warm-up.
  public var base: Double
  /// The shape of the decay.
  public var decay: Decay
  /// Iterations of linear growth from base / warmup to the base rate.
  public var warmup: Int
  /// Iterations of the whole run.
  public var total: Int

  /// A schedule.
  public init(base: Double, decay: Decay = .constant, warmup: Int = 0, total: Int) {
    self.base = base
    self.decay = decay
    self.warmup = warmup
    self.total = total
  }

  /// The learning rate of iteration `i`, counted from 0.
  public func rate(at i: Int) -> Double {
    if i < warmup { return base * Double(i + 1) / Double(warmup) }
    switch decay {
    case .constant: return base
    case .step(let interval, let factor): return base * pow(factor, Double(i / interval))
    case .multistep(let milestones, let factor):
      return base * pow(factor, Double(milestones.count { $0 <= i }))
    case .polynomial(let power):
      return base * pow(max(0, 1 - Double(i) / Double(total)), power)
    case .cosine(let final):
      let progress = Double(i - warmup) / Double(max(1, total - warmup))
      return base * (final + (1 - final) * 0.5 * (1 + cos(.pi * min(1, progress))))
    }
  }
}
