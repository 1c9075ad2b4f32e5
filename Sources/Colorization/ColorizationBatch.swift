public import Tensors

/// Examples joined for one step: plain arrays, so that worker threads can make it.
public struct ColorizationBatch: Sendable {
  /// The examples.
  public let examples: [ColorizationExample]

  /// A batch; traps when it is empty or sizes differ.
  public init(_ examples: [ColorizationExample]) {
    precondition(
      !examples.isEmpty && examples.allSatisfy { $0.size == examples[0].size },
      "ColorizationBatch: no examples, or of unequal sizes")
    self.examples = examples
  }

  /// Output positions in the batch.
  public var positions: Int { examples.count * examples[0].rows * examples[0].columns }
  /// The entropy of all soft codes together, in nats.
  public var entropy: Double { examples.reduce(0) { $0 + $1.entropy } }

  /// The network's input [n, 1, size, size].
  public func lightness(on device: Device, as dtype: DType = .f32) -> Tensor {
    let size = examples[0].size
    return Tensor(
      examples.flatMap(\.lightness), shape: [examples.count, 1, size, size], dtype: dtype,
      on: device)
  }

  /// Bins [n, k, rows, columns], their shares alike, and the weights [n, 1, rows, columns].
  public func targets(on device: Device) -> (classes: Tensor, shares: Tensor, weights: Tensor) {
    let first = examples[0]
    let k = first.classes.count / (first.rows * first.columns)
    let shape: Shape = [examples.count, k, first.rows, first.columns]
    return (
      Tensor(indices: examples.flatMap(\.classes), shape: shape, on: device),
      Tensor(examples.flatMap(\.shares), shape: shape, on: device),
      Tensor(examples.flatMap(\.weights), shape: shape.replacing(1, with: 1), on: device)
    )
  }
}
