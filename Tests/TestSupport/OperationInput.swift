internal import Randomness
public import Tensors

/// How one input of an operation is made, and what it counts as.
public struct OperationInput: Sendable {
  /// The numbers.
  public private(set) var tensor: HostTensor
  /// Whether a gradient is asked for.
  public private(set) var isVariable: Bool
  /// Whether it stays in single precision where the others are bf16, as statistics and regions do.
  public private(set) var staysSingle = false

  /// These numbers; indices are never variables.
  public init(_ tensor: HostTensor, isVariable: Bool = true) {
    self.tensor = tensor
    self.isVariable = isVariable && !tensor.isIndex
  }

  /// The same numbers without a gradient.
  public var constant: OperationInput {
    var copy = self
    copy.isVariable = false
    return copy
  }

  /// The same, with NaN at these places.
  func withoutNumbers(at places: [Int]) -> OperationInput {
    var copy = self
    for place in places { copy.tensor.values[place] = .nan }
    return copy
  }

  /// The same numbers, never bf16.
  public var single: OperationInput {
    var copy = self
    copy.staysSingle = true
    return copy
  }
}

/// Draws the inputs of one case: each from its own child of the case's key.
public struct InputDraw: Sendable {
  private var key: RandomKey
  private var count = 0

  init(name: String) { key = RandomKey(seed: 2016).folding(name) }

  private mutating func draw(
    _ shape: Shape, _ number: (inout RandomStream) -> Double
  ) -> OperationInput {
    var stream = key.folding(count).stream()
    count += 1
    return OperationInput(HostTensor((0..<shape.count).map { _ in number(&stream) }, shape))
  }

  /// Normal numbers.
  public mutating func normal(_ shape: Shape, scale: Double = 1) -> OperationInput {
    draw(shape) { scale * $0.normal() }
  }

  /// Uniform numbers.
  public mutating func uniform(_ shape: Shape, in range: Range<Double>) -> OperationInput {
    draw(shape) { $0.uniform(in: range) }
  }

  /// Numbers of both signs with magnitudes from 0.2 to 1: away from the kink of ReLU.
  public mutating func awayFromZero(_ shape: Shape) -> OperationInput {
    draw(shape) { ($0.chance(0.5) ? 1 : -1) * $0.uniform(in: 0.2..<1) }
  }

  /// All different multiples of 1/8 in random order: away from the ties of max pooling.
  public mutating func distinct(_ shape: Shape) -> OperationInput {
    var stream = key.folding(count).stream()
    count += 1
    let order = stream.permutation(shape.count)
    return OperationInput(
      HostTensor(order.map { Double($0 - shape.count / 2) / 8 }, shape))
  }

  /// Indices below `limit`.
  public mutating func indices(_ shape: Shape, below limit: Int) -> OperationInput {
    var input = draw(shape) { Double($0.index(below: limit)) }
    input = OperationInput(HostTensor(input.tensor.values, shape, isIndex: true))
    return input
  }
}
