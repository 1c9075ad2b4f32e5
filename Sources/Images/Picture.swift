/// A picture in memory: 8-bit samples, interleaved, row by row from the top.
public struct Picture: Sendable, Equatable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Samples per pixel: 1 (gray or palette index), 3 (sRGB) or 4 (sRGB and straight alpha).
  public let channels: Int
  /// `height * width * channels` samples.
  public var samples: [UInt8]

  /// A picture of these samples; traps when their number is not `width * height * channels`.
  public init(width: Int, height: Int, channels: Int, samples: [UInt8]) {
    precondition(
      width > 0 && height > 0 && samples.count == width * height * channels,
      "Picture: \(samples.count) samples cannot fill \(width) x \(height) x \(channels)")
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  /// A picture of one sample value throughout.
  public init(width: Int, height: Int, channels: Int, filledWith sample: UInt8 = 0) {
    self.init(
      width: width, height: height, channels: channels,
      samples: [UInt8](repeating: sample, count: width * height * channels))
  }
}
