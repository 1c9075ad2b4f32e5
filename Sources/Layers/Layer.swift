public import Randomness
public import Tensors

/// A map from tensor to tensor with parameters of its own.
public protocol Layer: Parameterized {
  /// The output for `x`. In a training pass a layer may update running statistics.
  mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor
}

extension Layer {
  /// The output for `x` as in evaluation.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    var copy = self
    var pass = Pass.evaluation
    return copy.forward(x, &pass)
  }
}

/// What a forward pass is for, and the randomness it may use.
public struct Pass {
  private let key: RandomKey?
  private var drawn = 0

  /// A pass that changes nothing and draws nothing: dropout is off, statistics are the running
  /// ones.
  public static var evaluation: Pass { Pass(key: nil) }

  /// A training pass; every layer that draws gets its own child of `key`.
  public static func training(key: RandomKey) -> Pass { Pass(key: key) }

  /// Whether layers behave as in training.
  public var isTraining: Bool { key != nil }

  /// Whether batch normalization normalizes by its running statistics, and keeps them, even so.
  public var freezesStatistics = false

  private init(key: RandomKey?) { self.key = key }

  /// A fresh key for one layer; traps in evaluation.
  public mutating func nextKey() -> RandomKey {
    guard let key else { fatalError("Pass: an evaluation pass draws no random numbers") }
    drawn += 1
    return key.folding(drawn)
  }
}
