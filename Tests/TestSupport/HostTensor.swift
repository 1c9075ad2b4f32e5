public import Tensors

/// Numbers on the host with a shape: what inputs, results and golden values are held in.
public struct HostTensor: Sendable {
  /// The size along each axis.
  public var shape: Shape
  /// The elements, row-major.
  public var values: [Double]
  /// Whether they are indices.
  public var isIndex: Bool

  /// These row-major elements; nothing is checked, so that tests can hold nonsense.
  public init(_ values: [Double], _ shape: Shape, isIndex: Bool = false) {
    self.values = values
    self.shape = shape
    self.isIndex = isIndex
  }

  /// The elements of a tensor; waits for its device.
  public init(_ tensor: Tensor) {
    let isIndex = tensor.dtype == .i32
    self.init(
      isIndex ? tensor.indices.map(Double.init) : tensor.doubles, tensor.shape, isIndex: isIndex)
  }

  /// The same numbers on a device; indices stay indices.
  public func tensor(_ dtype: DType, on device: Device) -> Tensor {
    isIndex
      ? Tensor(indices: values.map { Int32($0) }, shape: shape, on: device)
      : Tensor(values, shape: shape, dtype: dtype, on: device)
  }
}
