import Images
import Randomness

/// Pictures in all colors.
enum Colors {
  static func picture(side: Int, seed: UInt64 = 4) -> Picture {
    var stream = RandomKey(seed: seed).stream()
    return Picture(
      width: side, height: side, channels: 3,
      samples: (0..<3 * side * side).map { _ in UInt8(stream.uniform() * 255.999) })
  }
}
