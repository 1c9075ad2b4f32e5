internal import Foundation
public import Images

/// A blur by a Gaussian that is cut off at a window; what lies beyond the picture is its mirror
/// image about the outermost pixels.
///
/// - Source: torchvision.transforms.v2.functional, `gaussian_blur_image`; here rows first, then
///   columns, in single precision, and rounded once.
public struct GaussianBlur: Hashable, Sendable {
  /// The standard deviation, in pixels.
  public let deviation: Double
  /// Rows and columns that it reaches over, an odd number.
  public let window: Int

  /// A blur of this deviation over a window.
  public init(deviation: Double, window: Int) {
    precondition(window % 2 == 1 && deviation > 0, "GaussianBlur: \(deviation) over \(window)")
    (self.deviation, self.window) = (deviation, window)
  }

  /// A blur of pictures of a side, over a window of a tenth of it, or one pixel more.
  ///
  /// - Source: google-research/simclr, data_util.py (`random_blur`).
  public init(deviation: Double, side: Int) {
    self.init(deviation: deviation, window: side / 10 / 2 * 2 + 1)
  }

  /// The picture, blurred; traps where its sides are not longer than half of the window.
  public func applied(to picture: Picture) -> Picture {
    picture.blurred(weights)
  }

  /// The weights over the window, which sum to 1.
  private var weights: [Float] {
    let middle = Float(window - 1) / 2
    let scale = Float(1 / (deviation * 2.0.squareRoot()))
    let densities = (0..<window).map { place -> Float in
      let distance = (Float(place) - middle) * scale
      return exp(-distance * distance)
    }
    let sum = densities.reduce(0, +)
    return densities.map { $0 / sum }
  }
}

extension Picture {
  /// Sums of neighbors across and down, by weights for an odd window.
  fileprivate func blurred(_ weights: [Float]) -> Picture {
    let reach = weights.count / 2
    precondition(
      reach < min(width, height),
      "GaussianBlur: a window of \(weights.count) on \(width) x \(height)")
    guard reach > 0 else { return self }
    let pitch = width * channels
    let padded = pitch + 2 * reach * channels
    var copy = self
    withUnsafeTemporaryAllocation(of: Float.self, capacity: padded + height * pitch) { memory in
      let line = memory.baseAddress!
      let rows = line + padded
      for y in 0..<height {
        samples.withUnsafeBufferPointer { fill(line, $0.baseAddress! + y * pitch, reach) }
        Self.combine(rows + y * pitch, pitch, weights) { line + $0 * channels }
      }
      copy.samples.withUnsafeMutableBufferPointer { out in
        for y in 0..<height {
          Self.combine(line, pitch, weights) { tap in
            rows + Self.mirrored(y + tap - reach, height) * pitch
          }
          for at in 0..<pitch {
            out[y * pitch + at] = UInt8(max(0, min(255, line[at].rounded(.toNearestOrEven))))
          }
        }
      }
    }
    return copy
  }

  /// A row of samples with its mirror images before and after it.
  private func fill(
    _ line: UnsafeMutablePointer<Float>, _ row: UnsafePointer<UInt8>, _ reach: Int
  ) {
    for at in 0..<width * channels { line[reach * channels + at] = Float(row[at]) }
    for step in 1...reach {
      for c in 0..<channels {
        line[(reach - step) * channels + c] = Float(row[step * channels + c])
        line[(reach + width - 1 + step) * channels + c] =
          Float(row[(width - 1 - step) * channels + c])
      }
    }
  }

  /// Weighted sums of lines, number by number.
  @inline(__always)
  private static func combine(
    _ sums: UnsafeMutablePointer<Float>, _ count: Int, _ weights: [Float],
    _ line: (Int) -> UnsafeMutablePointer<Float>
  ) {
    let first = line(0)
    let weight = weights[0]
    for at in 0..<count { sums[at] = weight * first[at] }
    for tap in 1..<weights.count {
      let (values, weight) = (line(tap), weights[tap])
      for at in 0..<count { sums[at] += weight * values[at] }
    }
  }

  private static func mirrored(_ place: Int, _ count: Int) -> Int {
    place < 0 ? -place : place >= count ? 2 * (count - 1) - place : place
  }
}
