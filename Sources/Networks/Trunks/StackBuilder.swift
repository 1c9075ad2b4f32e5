public import Layers
internal import Randomness
public import Tensors

/// Collects named layers; every layer draws its weights from the child key of its own name, so that
/// a change in one layer leaves the others' first weights as they were.
public struct StackBuilder {
  let initializer: Initializer
  let key: RandomKey
  let device: Device
  /// What stands before the names of layers inside of a block.
  var prefix = ""
  var stages: [Stack.Stage] = []

  /// Adds a residual block; the layers of both branches are added by `branches`. Without layers of
  /// the second, the shortcut is the input.
  public mutating func addBlock(
    _ name: String, _ branches: (_ main: inout Self, _ projection: inout Self) -> Void
  ) {
    var (main, projection) = (self, self)
    (main.stages, main.prefix) = ([], "\(name).")
    (projection.stages, projection.prefix) = ([], "\(name).\(ResidualBlock.projectionName).")
    branches(&main, &projection)
    add(
      name,
      ResidualBlock(
        main: Stack(main.stages),
        projection: projection.stages.isEmpty ? nil : Stack(projection.stages)))
  }

  /// Adds a layer. What it gives has the name `output`, or that of the rectifier fused into it, or
  /// else the layer's; `lost` are outputs that folding took away.
  public mutating func add(
    _ name: String, _ layer: some StackLayer, output: String? = nil, lost: [String] = []
  ) {
    stages.append(.init(name, layer, output: output, lost: lost))
  }

  /// Adds a convolution whose weights are drawn.
  public mutating func convolution(
    _ name: String, _ channels: Int, _ filters: Int, kernel: Pair,
    _ parameters: ConvolutionParameters, bias: Bool = true, output: String? = nil,
    lost: [String] = []
  ) {
    add(
      name,
      Convolution(
        channels, filters, kernel: kernel, parameters, bias: bias, initializer: initializer,
        key: key.folding(prefix + name), on: device), output: output, lost: lost)
  }
}
