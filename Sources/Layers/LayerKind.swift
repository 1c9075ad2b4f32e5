public import Tensors

/// A layer that can stand in a stack: one of a closed alphabet, so that what is done to networks
/// (export, geometry, initialization) is a switch over all kinds that the compiler checks.
public protocol StackLayer: Layer {
  /// The layer as the kind that it is.
  var kind: LayerKind { get }
}

/// Every kind of layer that a stack can hold.
public enum LayerKind {
  /// A bank of filters.
  case convolution(Convolution)
  /// Learned upsampling.
  case transposedConvolution(TransposedConvolution)
  /// An affine map of everything.
  case dense(Dense)
  /// Normalization of each channel.
  case batchNormalization(BatchNormalization)
  /// Normalization across channels.
  case responseNormalization(ResponseNormalization)
  /// A rectifier of its own.
  case relu(ReLU)
  /// The largest value of each window.
  case maxPooling(MaxPooling)
  /// The mean of each window.
  case averagePooling(AveragePooling)
  /// The mean of each channel.
  case globalAveragePooling(GlobalAveragePooling)
  /// Random zeros in training.
  case dropout(Dropout)
  /// Bilinear upsampling.
  case upsampling(Upsampling)
  /// Two branches that are added.
  case residual(ResidualBlock)
}

extension LayerKind {
  /// Whether max(x, 0) ends the layer.
  public var isRectified: Bool {
    switch self {
    case .convolution(let layer): layer.parameters.relu
    case .transposedConvolution(let layer): layer.relu
    case .dense(let layer): layer.relu
    case .batchNormalization(let layer): layer.relu
    case .relu, .residual: true
    case .responseNormalization, .maxPooling, .averagePooling, .globalAveragePooling, .dropout,
      .upsampling:
      false
    }
  }

  /// The layer without the rectifier that is fused into it; nil where none is.
  public var unrectified: (any StackLayer)? {
    switch self {
    case .convolution(var layer):
      guard layer.parameters.relu else { return nil }
      layer.parameters.relu = false
      return layer
    case .transposedConvolution(var layer):
      guard layer.relu else { return nil }
      layer.relu = false
      return layer
    case .dense(var layer):
      guard layer.relu else { return nil }
      layer.relu = false
      return layer
    case .batchNormalization(var layer):
      guard layer.relu else { return nil }
      layer.relu = false
      return layer
    case .relu, .residual, .responseNormalization, .maxPooling, .averagePooling,
      .globalAveragePooling, .dropout, .upsampling:
      return nil
    }
  }

  /// Whether the layer finishes the one before it, whose output only waits for it.
  public var isFinish: Bool {
    switch self {
    case .batchNormalization, .relu: true
    case .convolution, .transposedConvolution, .dense, .responseNormalization, .maxPooling,
      .averagePooling, .globalAveragePooling, .dropout, .upsampling, .residual:
      false
    }
  }

  /// Whether evaluation passes everything as it is.
  public var isDropout: Bool { if case .dropout = self { true } else { false } }

  /// The layer itself where it is a convolution; nil otherwise.
  public var convolution: Convolution? {
    if case .convolution(let layer) = self { layer } else { nil }
  }

  /// The layer itself where it is a batch normalization; nil otherwise.
  public var batchNormalization: BatchNormalization? {
    if case .batchNormalization(let layer) = self { layer } else { nil }
  }

  /// The layer itself where it is a residual block; nil otherwise.
  public var residual: ResidualBlock? {
    if case .residual(let block) = self { block } else { nil }
  }
}

/// What a layer looks through: a window that steps over its input.
public struct Window: Hashable, Sendable {
  /// Rows and columns of taps.
  public var size: Pair
  /// The step between windows.
  public var stride: Pair
  /// Border on each side.
  public var padding: Pair
  /// The step between taps.
  public var dilation: Pair = 1

  /// The inputs that it spans.
  public var span: Pair {
    Pair(dilation.height * (size.height - 1) + 1, dilation.width * (size.width - 1) + 1)
  }
}

extension Convolution {
  /// The window of its filters.
  public var window: Window {
    Window(
      size: Pair(weight.shape[2], weight.shape[3]), stride: parameters.stride,
      padding: parameters.padding, dilation: parameters.dilation)
  }
}

extension MaxPooling {
  /// The window that is pooled.
  public var window: Window { Window(parameters) }
}

extension AveragePooling {
  /// The window that is pooled.
  public var window: Window { Window(parameters) }
}

extension Window {
  fileprivate init(_ pooling: PoolingParameters) {
    self.init(size: pooling.window, stride: pooling.stride, padding: pooling.padding)
  }
}

extension Stack {
  /// Every layer under its full name (that of its tensors), the layers of a block's branches in the
  /// place of the block.
  public var leaves: [Stage] {
    stages.flatMap { stage in
      guard case .residual(let block) = stage.layer.kind else { return [stage] }
      return block.branches.flatMap { branch in
        branch.stack.leaves.map { Stage("\(stage.name).\(branch.prefix)\($0.name)", $0.layer) }
      }
    }
  }

  /// The same stack with each layer, also inside of blocks, replaced by what `change` makes of it.
  public func mapLayers(_ change: (any StackLayer) throws -> any StackLayer) rethrows -> Stack {
    Stack(
      try stages.map { stage in
        guard case .residual(let block) = stage.layer.kind else {
          return stage.with(try change(stage.layer))
        }
        return stage.with(try block.mapBranches { try $0.mapLayers(change) })
      })
  }
}
