/// A run whose loss or gradients are no longer numbers.
public struct DivergenceError: Error, Equatable, CustomStringConvertible {
  /// The step that was not taken.
  public let step: Int
  /// The number of the batch that did it.
  public let batch: Int
  /// Its loss.
  public let loss: Double
  /// Where the batch was saved, once it was.
  public var saved: String?
  /// The step of the newest checkpoint of the run; nil where there is none yet.
  public var checkpoint: Int?

  /// A step whose batch gave this loss, or gradients that are not finite.
  public init(step: Int, batch: Int, loss: Double, saved: String? = nil) {
    self.step = step
    self.batch = batch
    self.loss = loss
    self.saved = saved
  }

  private var rescue: String {
    checkpoint.map { "the checkpoint of step \($0) is still good" } ?? "no checkpoint was saved"
  }

  /// The step, the loss, where the batch is, and what to try.
  public var description: String {
    let problem =
      loss.isFinite
      ? "a gradient is not finite" : "the loss is \(loss.isNaN ? "not a number" : "\(loss)")"
    let place = saved.map { "Its batch is in \($0). " } ?? ""
    return """
      step \(step): \(problem); the step was not taken. \(place)\
      Lower schedule.rate, lengthen schedule.warmup or set optimizer.clipNorm; \
      \(rescue)
      """
  }
}
