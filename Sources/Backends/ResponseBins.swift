/// The bins in which responses are counted: the leading bits of the numbers themselves (sign,
/// exponent and five bits of the fraction), ordered as the numbers are, so that a bin spans 1/32 of
/// its value whatever the scale; and one more, the last, for zeros of either sign.
public enum ResponseBins {
  /// Bins by leading bits.
  public static let keys = 1 << 14
  /// The bin of zeros.
  public static let zeros = keys
  /// All bins.
  public static let count = keys + 1

  /// The bin of a number by its leading bits.
  @inlinable
  public static func key(of value: Float) -> Int { Int(ordered(value) >> 18) }

  /// Bits that are ordered as the numbers are.
  @inlinable
  public static func ordered(_ value: Float) -> UInt32 {
    let bits = value.bitPattern
    return bits >> 31 == 1 ? ~bits : bits | 0x8000_0000
  }

  /// Traps where counts do not have a row of bins for each channel of `x`.
  static func check(_ x: Shape, _ counts: Storage) {
    require(
      x.rank == 4 && counts.dtype == .i32 && counts.shape == [x[1], count],
      "countResponses: counts \(counts.shape) do not fit \(x)")
  }
}
