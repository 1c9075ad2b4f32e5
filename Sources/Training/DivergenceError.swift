/// A run whose losses, gradients or weights are no longer numbers.
public struct DivergenceError: Error, Equatable, CustomStringConvertible {
  /// What was not finite.
  public enum Cause: Equatable, Sendable {
    /// The loss, or where that was finite a gradient, of a batch with this number; the step was not
    /// taken.
    case batch(Int, loss: Double)
    /// A tensor of the model or of the optimizer, which was to be saved or judged.
    case state(tensor: String)
    /// What the model gave when it was judged.
    case evaluation(problem: String)
  }

  /// The step.
  public let step: Int
  /// What was not finite.
  public let cause: Cause
  /// Where the batch was saved, once it was.
  public var saved: String?
  /// The step of the newest checkpoint of the run; nil where there is none yet.
  public var checkpoint: Int?

  /// Something that was not finite at a step.
  public init(step: Int, _ cause: Cause) {
    self.step = step
    self.cause = cause
  }

  /// A step whose batch gave this loss, or gradients that are not finite.
  public init(step: Int, batch: Int, loss: Double) {
    self.init(step: step, .batch(batch, loss: loss))
  }

  /// The number of the batch that did it; nil where it was none.
  public var batch: Int? {
    if case .batch(let number, _) = cause { number } else { nil }
  }

  /// The loss of that batch; nil where it was none.
  public var loss: Double? {
    if case .batch(_, let loss) = cause { loss } else { nil }
  }

  private var rescue: String {
    checkpoint.map { "the checkpoint of step \($0) is still good" } ?? "no checkpoint was saved"
  }

  /// The step, and what was not finite.
  public var problem: String {
    switch cause {
    case .batch(_, let loss) where loss.isFinite: "step \(step): a gradient is not finite"
    case .batch(_, let loss):
      "step \(step): the loss is \(loss.isNaN ? "not a number" : "\(loss)")"
    case .state(let tensor):
      "step \(step): '\(tensor)' holds numbers that are not finite"
    case .evaluation(let problem): "step \(step): \(problem)"
    }
  }

  /// The problem, where the batch is, and what to try.
  public var description: String {
    let place = saved.map { "Its batch is in \($0). " } ?? ""
    return """
      \(problem)\(batch == nil ? "" : "; the step was not taken"). \(place)\
      Lower schedule.rate, lengthen schedule.warmup or set optimizer.clipNorm; \
      \(rescue)
      """
  }
}
