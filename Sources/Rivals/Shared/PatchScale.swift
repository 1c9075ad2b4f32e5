internal import Foundation

/// Mean and deviation of each patch's pixels, over all channels together.
public struct PatchScale: Sendable {
  /// For each pixel of each channel, those of its patch: [channels, size, size].
  public let means, deviations: [Float]

  /// Those of planes [channels, size, size]: the unbiased variance, to which 1e-6 is added.
  public init(of planes: [Float], size: Int, patch: Int) {
    let (rows, area) = (size / patch, size * size)
    func place(_ pixel: Int) -> Int {
      pixel % area / size / patch * rows + pixel % size / patch
    }
    var (sums, squares) = ([Double](repeating: 0, count: rows * rows), [Double]())
    let count = Double(planes.count / (rows * rows))
    for (pixel, value) in planes.enumerated() { sums[place(pixel)] += Double(value) }
    let averages = sums.map { $0 / count }
    squares = sums.map { _ in 0 }
    for (pixel, value) in planes.enumerated() {
      let difference = Double(value) - averages[place(pixel)]
      squares[place(pixel)] += difference * difference
    }
    let spreads = squares.map { ($0 / max(1, count - 1) + 1e-6).squareRoot() }
    means = planes.indices.map { Float(averages[place($0)]) }
    deviations = planes.indices.map { Float(spreads[place($0)]) }
  }

  /// Planes less their patches' means, over the deviations.
  public func normalized(_ planes: [Float]) -> [Float] {
    planes.indices.map { (planes[$0] - means[$0]) / deviations[$0] }
  }
}
