public import Layers
internal import Tensors

/// How a layer's outputs lie over the input image.
public struct Geometry: Hashable, Sendable, Codable {
  /// Input pixels between neighboring outputs.
  public var stride: Double = 1
  /// Input pixels that one output sees, along one axis.
  public var receptiveField: Double = 1
  /// Input coordinate of the center of the first output (0 is the center of the first pixel).
  public var offset: Double = 0

  /// That of the input itself.
  public init() {}

  /// The geometry after a window of this size, step, border and dilation.
  public func after(kernel: Int, stride step: Double, padding: Int, dilation: Int = 1) -> Geometry {
    var next = self
    let span = Double(dilation * (kernel - 1))
    next.receptiveField += span * stride
    next.offset += (span / 2 - Double(padding)) * stride
    next.stride *= step
    return next
  }
}

extension LayerKind {
  /// How its outputs lie over the image, given how its inputs do; along height and width alike.
  ///
  /// A residual block's are those of its main branch, through which it sees most.
  public func geometry(after input: Geometry) -> Geometry {
    switch self {
    case .convolution(let layer): return input.after(layer.window)
    case .maxPooling(let layer): return input.after(layer.window)
    case .averagePooling(let layer): return input.after(layer.window)
    case .transposedConvolution(let layer): return input.after(layer)
    case .residual(let block):
      return block.main.stages.reduce(input) { $1.layer.kind.geometry(after: $0) }
    case .dense, .batchNormalization, .responseNormalization, .relu, .globalAveragePooling,
      .dropout, .upsampling:
      return input
    }
  }
}

extension Geometry {
  fileprivate func after(_ window: Window) -> Geometry {
    after(
      kernel: window.size.height, stride: Double(window.stride.height),
      padding: window.padding.height, dilation: window.dilation.height)
  }

  /// Outputs lie closer together, and each sees the inputs whose windows reach it.
  fileprivate func after(_ layer: TransposedConvolution) -> Geometry {
    var next = self
    let (kernel, step) = (Double(layer.weight.shape[2]), Double(layer.stride.height))
    next.stride = stride / step
    next.receptiveField += (kernel / step).rounded(.up) * stride - stride
    next.offset += (Double(layer.padding.height) - (kernel - 1) / 2) * next.stride
    return next
  }
}

extension Stack {
  /// How every output lies over the input image, by name.
  public var geometries: [String: Geometry] {
    var (current, found) = (Geometry(), [String: Geometry]())
    for stage in stages {
      current = stage.layer.kind.geometry(after: current)
      for name in stage.outputs { found[name] = current }
    }
    return found
  }
}
