public import Tensors

/// A layer that holds no tensors.
public protocol SimpleLayer: StackLayer {}

extension SimpleLayer {
  /// Visits nothing.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {}
}

/// max(x, 0), or a leaky one.
public struct ReLU: SimpleLayer {
  /// The factor of negative inputs.
  public var slope: Double

  /// The plain rectifier unless a slope is given.
  public init(slope: Double = 0) { self.slope = slope }

  /// Itself.
  public var kind: LayerKind { .relu(self) }

  /// Shapes: any to the same.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.leakyRelu(slope: slope)
  }
}

/// The largest value of each window.
public struct MaxPooling: SimpleLayer {
  /// Window, stride, padding, rounding.
  public var parameters: PoolingParameters

  /// A pooling of these windows.
  public init(_ parameters: PoolingParameters) { self.parameters = parameters }

  /// Itself.
  public var kind: LayerKind { .maxPooling(self) }

  /// Shapes: [n, c, h, w] to [n, c, h', w'].
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.maxPool(parameters)
  }
}

/// The mean of each window.
public struct AveragePooling: SimpleLayer {
  /// Window, stride, padding, rounding.
  public var parameters: PoolingParameters

  /// A pooling of these windows.
  public init(_ parameters: PoolingParameters) { self.parameters = parameters }

  /// Itself.
  public var kind: LayerKind { .averagePooling(self) }

  /// Shapes: [n, c, h, w] to [n, c, h', w'].
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.averagePool(parameters)
  }
}

/// The mean of each channel over all positions.
public struct GlobalAveragePooling: SimpleLayer {
  /// A pooling of everything.
  public init() {}

  /// Itself.
  public var kind: LayerKind { .globalAveragePooling(self) }

  /// Shapes: [n, c, h, w] to [n, c, 1, 1].
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.globalAveragePool()
  }
}

/// Local response normalization across channels.
public struct ResponseNormalization: SimpleLayer {
  /// Size and constants.
  public var parameters: LRNParameters

  /// AlexNet's constants unless told otherwise.
  public init(_ parameters: LRNParameters = .init()) { self.parameters = parameters }

  /// Itself.
  public var kind: LayerKind { .responseNormalization(self) }

  /// Shapes: [n, c, h, w] to the same.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.responseNormalized(parameters)
  }
}

/// Random zeros in training, nothing in evaluation.
public struct Dropout: SimpleLayer {
  /// The share of elements that is dropped.
  public var rate: Double

  /// Half of the elements unless told otherwise.
  public init(rate: Double = 0.5) { self.rate = rate }

  /// Itself.
  public var kind: LayerKind { .dropout(self) }

  /// Shapes: any to the same.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    pass.isTraining ? x.dropout(rate: rate, key: pass.nextKey()) : x
  }
}

/// Bilinear upsampling by a whole factor.
public struct Upsampling: SimpleLayer {
  /// Output pixels per input pixel.
  public var factor: Int
  /// The grid convention.
  public var corners: ResizeParameters.Corners

  /// Half-pixel centers unless told otherwise.
  public init(factor: Int, corners: ResizeParameters.Corners = .halfPixel) {
    self.factor = factor
    self.corners = corners
  }

  /// Itself.
  public var kind: LayerKind { .upsampling(self) }

  /// Shapes: [n, c, h, w] to [n, c, factor h, factor w]; with aligned corners to
  /// [n, c, factor (h - 1) + 1, factor (w - 1) + 1], so that every input pixel is an output pixel.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.resized(.init(size: Pair(grown(x.shape[2]), grown(x.shape[3])), corners: corners))
  }

  /// Rows or columns of the output for so many of the input.
  public func grown(_ length: Int) -> Int {
    corners == .aligned ? factor * (length - 1) + 1 : factor * length
  }
}
