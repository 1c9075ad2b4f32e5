public import Tensors

/// A batch on the device that learns from it.
public struct ColorizationTensors {
  /// The soft codes of the target.
  public struct Code {
    /// The bins and their shares, [n, k, rows, columns].
    public let classes, shares: Tensor
    /// The entropy of the codes.
    public let entropy: Entropy
  }

  /// The entropy of soft codes, in nats.
  public enum Entropy {
    /// Of all together, known to the host.
    case known(Double)
    /// Of each position, [n, 1, rows, columns], on the device.
    case computed(Tensor)
  }

  /// The network's input, [n, channels, size, size].
  public let input: Tensor
  /// The targets in their own units, [n, channels, rows, columns].
  public let target: Tensor
  /// The targets as a network gives them, normalized as `Preprocessing` has it; nil in
  /// classification.
  public let wanted: Tensor?
  /// The soft codes; nil in regression.
  public let code: Code?
  /// The weight of each position, [n, 1, rows, columns].
  public let weights: Tensor

  /// Crops in the batch.
  public var count: Int { target.shape[0] }
  /// Rows of the targets.
  public var rows: Int { target.shape[2] }
  /// Columns of the targets.
  public var columns: Int { target.shape[3] }
  /// Output positions in the batch.
  public var positions: Int { count * rows * columns }

  /// What the host has made.
  init(_ numbers: ColorizationNumbers, on device: Device, as dtype: DType) {
    func shape(_ elements: Int) -> Shape {
      let positions = numbers.count * numbers.rows * numbers.columns
      return [numbers.count, elements / positions, numbers.rows, numbers.columns]
    }
    func plane(_ values: [Float]) -> Tensor {
      Tensor(values, shape: shape(values.count), on: device)
    }
    let (count, size) = (numbers.count, numbers.size)
    input = Tensor(
      numbers.input, shape: [count, numbers.input.count / (count * size * size), size, size],
      dtype: dtype, on: device)
    target = plane(numbers.target)
    weights = plane(numbers.weights)
    let isCoded = !numbers.classes.isEmpty
    wanted = isCoded ? nil : plane(numbers.wanted)
    code =
      isCoded
      ? Code(
        classes: Tensor(
          indices: numbers.classes, shape: shape(numbers.classes.count), on: device),
        shares: plane(numbers.shares), entropy: .known(numbers.entropy))
      : nil
  }

  /// What a device makes of pixels [n, size, size].
  init(pixels: Tensor, _ targets: ColorTargets, as dtype: DType) {
    let recipe = targets.recipe
    let ab = pixels.colorPlanes(recipe.ab)
    input = pixels.colorPlanes(recipe.input, as: dtype)
    target = targets.pair == .lightnessToAB ? ab : pixels.colorPlanes(recipe.target)
    code = recipe.code.map { [target] recipe in
      let code = target.softCode(recipe)
      return Code(classes: code.classes, shares: code.shares, entropy: .computed(code.entropy))
    }
    wanted = recipe.code == nil ? pixels.colorPlanes(recipe.wanted) : nil
    weights = ab.codeWeights(code?.classes, recipe.weights)
  }
}
