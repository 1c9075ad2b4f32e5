/// A number that is read when it is asked for, and not before.
///
/// What reports on a step gives readings instead of numbers, so that the device is waited for once
/// the whole step has been asked for, and not in the middle of it.
public struct Reading {
  private let read: () -> Double

  /// What `read` will say; it keeps alive what it reads, so let it read detached tensors.
  public init(_ read: @escaping () -> Double) { self.read = read }

  /// What `meaning` makes of the only element of `tensor`; traps when there are more.
  public init(_ tensor: Tensor, _ meaning: @escaping (Double) -> Double = { $0 }) {
    let tensor = tensor.detached
    read = { meaning(tensor.scalar) }
  }

  /// The number; waits for the device.
  public var value: Double { read() }
}
