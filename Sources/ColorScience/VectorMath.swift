/// Eight numbers at a time: the compiler maps them to whatever vectors the processor has.
typealias Lanes = SIMD8<Float>

/// The cube root of positive numbers, to about 1e-7 of their size.
///
/// A third of the exponent by shifts gives a first value within 4 %; each of Halley's steps cubes
/// the error.
@inline(__always)
func cubeRoot(_ x: Lanes) -> Lanes {
  var bits = unsafeBitCast(x, to: SIMD8<UInt32>.self)
  bits = (bits &>> 2) &+ (bits &>> 4)
  bits = bits &+ (bits &>> 4)
  bits = bits &+ (bits &>> 8)
  bits = bits &+ SIMD8(repeating: 0x2A51_37A0)
  var y = unsafeBitCast(bits, to: Lanes.self)
  for _ in 0..<2 {
    let cube = y * y * y
    y *= (cube + 2 * x) / (2 * cube + x)
  }
  return y
}

/// e to the power of numbers that are not positive, to about 2e-7 of the result; below -87 it is
/// e to -87, which no sum beside a 1 can feel.
///
/// - Source: range reduction and polynomial of the Cephes library's `expf`.
@inline(__always)
func exponential(_ x: Lanes) -> Lanes {
  let clamped = x.replacing(with: -87, where: x .< -87)
  // Adding 1.5 * 2^23 leaves the nearest integer in the low bits of the sum.
  let shifted = clamped * 1.442_695_04 + 12_582_912
  let n = shifted - 12_582_912
  let r = clamped - n * 0.693_359_375 + n * 2.121_944_4e-4
  var p = r * 1.987_569_15e-4 + 1.398_199_95e-3
  p = p * r + 8.333_451_9e-3
  p = p * r + 4.166_579_6e-2
  p = p * r + 1.666_666_55e-1
  p = p * r + 5.000_000_1e-1
  p = p * r * r + r + 1
  let power = (unsafeBitCast(shifted, to: SIMD8<UInt32>.self) &- 0x4B40_0000 &+ 127) &<< 23
  return p * unsafeBitCast(power, to: Lanes.self)
}

extension UnsafePointer<Float> {
  /// Up to eight consecutive numbers from here; the rest is `filler`.
  @inline(__always)
  func lanes(_ count: Int, filler: Float = 0) -> Lanes {
    if count >= 8 { return UnsafeRawPointer(self).loadUnaligned(as: Lanes.self) }
    var result = Lanes(repeating: filler)
    for lane in 0..<count { result[lane] = self[lane] }
    return result
  }
}

extension UnsafeMutablePointer<Float> {
  /// Writes the first `count` (at most eight) numbers from here on.
  @inline(__always)
  func store(_ lanes: Lanes, _ count: Int) {
    if count >= 8 {
      UnsafeMutableRawPointer(self).storeBytes(of: lanes, as: Lanes.self)
    } else {
      for lane in 0..<count { self[lane] = lanes[lane] }
    }
  }
}
