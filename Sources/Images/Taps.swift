internal import CResample

/// For every new pixel along one axis, which old ones count and how much.
struct Taps {
  /// First old pixel of each new one.
  let starts: [Int32]
  /// How many old pixels count for each new one.
  let used: [Int32]
  /// Weights of each new pixel in units of 2^-22, `slots` apiece; those beyond `used` are zero.
  let weights: [Int32]
  let slots: Int

  /// Taps from the stretch `origin ..< end` of `old` pixels to `new` pixels.
  ///
  /// - Source: Pillow's `precompute_coeffs` and `normalize_coeffs_8bpc`, operation for operation,
  ///   so that results are the same codes. As there, both ends are of single precision.
  init(old: Int, from origin: Float, to end: Float, new: Int, filter: ResizeFilter) {
    let scale = Double(end - origin) / Double(new)
    let widening = max(scale, 1)
    let support = filter.support * widening
    let inverse = 1 / widening
    slots = Int(support.rounded(.up)) * 2 + 1
    var (starts, used) = ([Int32](repeating: 0, count: new), [Int32](repeating: 0, count: new))
    var weights = [Int32](repeating: 0, count: new * slots)
    var row = [Double](repeating: 0, count: slots)
    for pixel in 0..<new {
      let center = Double(origin) + (Double(pixel) + 0.5) * scale
      let first = max(0, Int(center - support + 0.5))
      let count = min(old, Int(center + support + 0.5)) - first
      var sum = 0.0
      for slot in 0..<count {
        row[slot] = filter.weight((Double(slot + first) - center + 0.5) * inverse)
        sum += row[slot]
      }
      for slot in 0..<count {
        let share = sum == 0 ? row[slot] : row[slot] / sum
        let units = share * Double(1 << 22)
        // Toward zero, as C converts.
        weights[pixel * slots + slot] = Int32(units < 0 ? units - 0.5 : units + 0.5)
      }
      (starts[pixel], used[pixel]) = (Int32(first), Int32(count))
    }
    (self.starts, self.used, self.weights) = (starts, used, weights)
  }

  /// The old pixels that count for any new one.
  var reach: Range<Int> {
    Int(starts[0])..<Int(starts[starts.count - 1] + used[used.count - 1])
  }

  /// Hands the taps to C.
  func withC(_ body: (UnsafePointer<cresample_taps>) -> Void) {
    starts.withUnsafeBufferPointer { starts in
      used.withUnsafeBufferPointer { used in
        weights.withUnsafeBufferPointer { weights in
          var taps = cresample_taps(
            count: Int64(starts.count), slots: Int64(slots), starts: starts.baseAddress,
            used: used.baseAddress, weights: weights.baseAddress)
          body(&taps)
        }
      }
    }
  }
}
