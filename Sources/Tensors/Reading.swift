/// A number that is read when it is asked for, and not before.
///
/// What reports on a step gives readings instead of numbers, so that the device is waited for once
/// the whole step has been asked for, and not in the middle of it.
public struct Reading {
  private enum Source {
    case closure(() -> Double)
    case tensor(Tensor, (Double) -> Double)
  }
  private let source: Source

  /// What `read` will say; it keeps alive what it reads, so let it read detached tensors.
  public init(_ read: @escaping () -> Double) { source = .closure(read) }

  /// What `meaning` makes of the only element of `tensor`; traps when there are more.
  public init(_ tensor: Tensor, _ meaning: @escaping (Double) -> Double = { $0 }) {
    require(
      tensor.shape.count == 1, "Reading: a tensor of shape \(tensor.shape) is not one number")
    source = .tensor(tensor.detached, meaning)
  }

  /// The number; waits for the device.
  public var value: Double { Self.values(of: [self])()[0] }

  /// Begins to read numbers, those on one device together; what comes back gives them, and waits
  /// until they are there.
  public static func values(of readings: [Reading]) -> () -> [Double] {
    var places: [Device: [Int]] = [:]
    var numbers: [Device: [Tensor]] = [:]
    for (place, reading) in readings.enumerated() {
      guard case .tensor(let tensor, _) = reading.source else { continue }
      places[tensor.device, default: []].append(place)
      numbers[tensor.device, default: []].append(tensor)
    }
    let started = numbers.map { device, tensors in
      (places[device]!, device.backend.reading(of: tensors.map(\.storage)))
    }
    return {
      var values = [Double](repeating: 0, count: readings.count)
      for (places, read) in started {
        for (place, value) in zip(places, read()) { values[place] = value }
      }
      for (place, reading) in readings.enumerated() {
        switch reading.source {
        case .closure(let read): values[place] = read()
        case .tensor(_, let meaning): values[place] = meaning(values[place])
        }
      }
      return values
    }
  }
}
