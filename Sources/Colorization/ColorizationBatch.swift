public import Networks
public import Tensors
public import Training

/// Examples joined for one step: plain arrays, so that worker threads can make it.
public struct ColorizationBatch: PretextBatch {
  /// Rows and columns of the crops.
  public let size: Int
  /// Rows and columns of the targets.
  public let rows, columns: Int
  /// Crops in it.
  public let count: Int
  /// The network's input, [n, channels, size, size].
  public let input: [Float]
  /// The targets in their own units, [n, channels, rows, columns].
  public let target: [Float]
  /// The weight of each position, [n, 1, rows, columns].
  public let weights: [Float]
  /// Bins of the soft codes and their shares, [n, k, rows, columns]; empty in regression.
  public let classes: [Int32]
  /// The shares of the bins.
  public let shares: [Float]
  /// The entropy of all soft codes together, in nats.
  public let entropy: Double

  /// A batch; traps when it is empty or sizes differ.
  public init(_ examples: [ColorizationExample]) {
    precondition(
      !examples.isEmpty && examples.allSatisfy { $0.size == examples[0].size },
      "ColorizationBatch: no examples, or of unequal sizes")
    (size, rows, columns) = (examples[0].size, examples[0].rows, examples[0].columns)
    count = examples.count
    input = examples.flatMap(\.input)
    target = examples.flatMap { $0.target.flatMap { $0 } }
    weights = examples.flatMap(\.weights)
    classes = examples.flatMap(\.classes)
    shares = examples.flatMap(\.shares)
    entropy = examples.reduce(0) { $0 + $1.entropy }
  }

  /// Output positions in the batch.
  public var positions: Int { count * rows * columns }

  /// The network's input [n, channels, size, size].
  public func input(on device: Device, as dtype: DType = .f32) -> Tensor {
    Tensor(input, shape: shape(input.count, size, size), dtype: dtype, on: device)
  }

  /// Bins [n, k, rows, columns] and their shares alike.
  public func codes(on device: Device) -> (classes: Tensor, shares: Tensor) {
    let shape = shape(classes.count, rows, columns)
    return (
      Tensor(indices: classes, shape: shape, on: device), Tensor(shares, shape: shape, on: device)
    )
  }

  /// The weights [n, 1, rows, columns].
  public func weights(on device: Device) -> Tensor {
    Tensor(weights, shape: shape(weights.count, rows, columns), on: device)
  }

  /// Everything under the names of the properties.
  public var archive: TensorArchive {
    var archive = TensorArchive()
    archive.add("input", input(on: .cpu))
    archive.add("target", Tensor(target, shape: shape(target.count, rows, columns), on: .cpu))
    archive.add("weights", weights(on: .cpu))
    if !classes.isEmpty {
      let codes = codes(on: .cpu)
      archive.add("classes", codes.classes)
      archive.add("shares", codes.shares)
    }
    return archive
  }

  private func shape(_ elements: Int, _ rows: Int, _ columns: Int) -> Shape {
    [count, elements / (count * rows * columns), rows, columns]
  }
}
