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

/// A layer that looks through a window; along height and width alike.
public protocol WindowedLayer: Layer {
  /// The geometry of its outputs, given that of its inputs.
  func geometry(after input: Geometry) -> Geometry
}

extension Convolution: WindowedLayer {
  /// The geometry of its outputs, given that of its inputs.
  public func geometry(after input: Geometry) -> Geometry {
    input.after(
      kernel: weight.shape[2], stride: Double(parameters.stride.height),
      padding: parameters.padding.height, dilation: parameters.dilation.height)
  }
}

extension MaxPooling: WindowedLayer {
  /// The geometry of its outputs, given that of its inputs.
  public func geometry(after input: Geometry) -> Geometry {
    input.after(
      kernel: parameters.window.height, stride: Double(parameters.stride.height),
      padding: parameters.padding.height)
  }
}

extension AveragePooling: WindowedLayer {
  /// The geometry of its outputs, given that of its inputs.
  public func geometry(after input: Geometry) -> Geometry {
    input.after(
      kernel: parameters.window.height, stride: Double(parameters.stride.height),
      padding: parameters.padding.height)
  }
}

extension TransposedConvolution: WindowedLayer {
  /// The geometry of its outputs, given that of its inputs: outputs lie closer together, and each
  /// sees the inputs whose windows reach it.
  public func geometry(after input: Geometry) -> Geometry {
    var next = input
    let (kernel, step) = (Double(weight.shape[2]), Double(stride.height))
    next.stride = input.stride / step
    next.receptiveField += (kernel / step).rounded(.up) * input.stride - input.stride
    next.offset += (Double(padding.height) - (kernel - 1) / 2) * next.stride
    return next
  }
}

extension Stack {
  /// The geometry of every layer's outputs over the input image, by name.
  public var geometries: [String: Geometry] {
    var (current, found) = (Geometry(), [String: Geometry]())
    for stage in stages {
      current = (stage.layer as? any WindowedLayer)?.geometry(after: current) ?? current
      found[stage.name] = current
    }
    return found
  }
}
