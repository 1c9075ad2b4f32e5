public import Backends

/// An array of numbers on a device, which remembers how it was computed where a gradient is wanted.
///
/// Element type and device are values, not type parameters. Tensors are immutable values; only
/// optimizer steps and counts of responses write in place, and only into memory that nobody else
/// sees. Misuse (shapes that do not fit, devices that differ) traps with both shapes.
public struct Tensor {
  package internal(set) var storage: Storage
  /// Where the elements live.
  public let device: Device
  let node: TapeNode?

  package init(_ storage: Storage, on device: Device, node: TapeNode? = nil) {
    self.storage = storage
    self.device = device
    self.node = node
  }

  /// A tensor of these row-major values.
  public init(_ values: [Float], shape: Shape, dtype: DType = .f32, on device: Device = .cpu) {
    Self.check(values.count, fill: shape)
    self.init(device.backend.store(values, shape: shape, dtype: dtype), on: device)
  }

  /// A tensor of these row-major values.
  public init(_ values: [Double], shape: Shape, dtype: DType = .f32, on device: Device = .cpu) {
    Self.check(values.count, fill: shape)
    self.init(device.backend.store(values, shape: shape, dtype: dtype), on: device)
  }

  /// A tensor of these row-major indices.
  public init(indices: [Int32], shape: Shape, on device: Device = .cpu) {
    Self.check(indices.count, fill: shape)
    self.init(device.backend.store(indices, shape: shape), on: device)
  }

  /// A tensor that holds one value throughout.
  public init(
    filledWith value: Double, shape: Shape, dtype: DType = .f32, on device: Device = .cpu
  ) {
    self.init(device.backend.filled(with: value, shape: shape, dtype: dtype), on: device)
  }

  /// Zeros of the same shape, type and layout.
  public var zeros: Tensor { Tensor(device.backend.zeros(like: storage), on: device) }
  /// The size along each axis.
  public var shape: Shape { storage.shape }
  /// The type of the elements.
  public var dtype: DType { storage.dtype }
  /// The elements in row-major order, in single precision; waits for the device.
  public var floats: [Float] { device.backend.floats(of: storage) }
  /// The elements in row-major order, in double precision; waits for the device.
  public var doubles: [Double] { device.backend.doubles(of: storage) }
  /// The elements of an index tensor in row-major order; waits for the device.
  public var indices: [Int32] { device.backend.indices(of: storage) }
  /// The only element; traps when there are more. Waits for the device.
  public var scalar: Double {
    require(shape.count == 1, "scalar: a tensor of shape \(shape) holds more than one element")
    return doubles[0]
  }

  /// The sum of the squares of all elements, in double precision; waits for the device.
  public var squaredNorm: Double { device.backend.squaredNorm(storage) }

  /// The same elements on another device; not differentiable, so it traps on a recorded tensor.
  public func moved(to target: Device) -> Tensor {
    guard target != device else { return self }
    require(node == nil, "moved(to:): a recorded tensor cannot change its device")
    if dtype == .i32 { return Tensor(indices: indices, shape: shape, on: target) }
    if dtype == .f64 { return Tensor(doubles, shape: shape, dtype: dtype, on: target) }
    return Tensor(floats, shape: shape, dtype: dtype, on: target)
  }

  /// The same elements without their history.
  public var detached: Tensor { Tensor(storage, on: device) }

  private static func check(_ count: Int, fill shape: Shape) {
    require(count == shape.count, "Tensor: \(count) values cannot fill shape \(shape)")
  }

  /// Traps unless `other` lives on the same device.
  func requireSameDevice(_ other: Tensor, _ operation: String) {
    require(
      device == other.device, "\(operation): operands on \(device) and on \(other.device)")
  }

  /// Traps unless `other` has the same shape and device.
  func requireSameShape(_ other: Tensor, _ operation: String) {
    requireSameDevice(other, operation)
    require(
      shape == other.shape, "\(operation): shapes differ, \(shape) and \(other.shape)")
  }
}
