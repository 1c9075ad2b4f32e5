public import Images
public import Processes

/// How a session of training ended.
public enum RunOutcome: Sendable, Equatable {
  /// All steps were taken.
  case finished
  /// Nothing got better any more (`CheckpointSelection.patience`); the best was at this step.
  case settled(step: Int, best: TrainingProgress.Best)
  /// A signal asked for the end; everything up to that step is saved.
  case interrupted(Signals.Ending, step: Int)
  /// The stop that the caller had planned.
  case stopped(step: Int)
}

/// A planned end of a session, to rehearse what signals and crashes do.
public struct PlannedStop: Sendable, Hashable {
  /// The last step that is taken.
  public var step: Int
  /// Whether a checkpoint is saved, as after a signal, or nothing, as after a crash.
  public var saves: Bool

  /// A stop after `step`.
  public init(after step: Int, saves: Bool) {
    self.step = step
    self.saves = saves
  }
}

/// What an evaluation gives.
public struct Evaluation: ExpressibleByDictionaryLiteral {
  /// Numbers by name, such as `validation/divergence`.
  public var metrics: [String: Double]
  /// Pictures to look at, by name.
  public var pictures: [String: Picture]

  /// Numbers, and pictures.
  public init(_ metrics: [String: Double], pictures: [String: Picture] = [:]) {
    self.metrics = metrics
    self.pictures = pictures
  }

  /// Numbers by name.
  public init(dictionaryLiteral elements: (String, Double)...) {
    self.init(Dictionary(uniqueKeysWithValues: elements))
  }
}
