/// The Philox4x32-10 bijection: 128 bits of counter and 64 bits of key to 128 random bits.
///
/// - Source: Salmon et al., SC 2011; constants and the known answers in the tests are from
///   Random123.
public enum Philox {
  /// Four 32-bit words of a counter, or of random bits.
  public typealias Words = (UInt32, UInt32, UInt32, UInt32)

  /// The random block that belongs to `counter` under `key`.
  @inlinable
  public static func block(counter: Words, key: UInt64) -> Words {
    var c = counter
    var k0 = UInt32(truncatingIfNeeded: key)
    var k1 = UInt32(truncatingIfNeeded: key >> 32)
    for _ in 0..<10 {
      let p0 = UInt64(0xD251_1F53) &* UInt64(c.0)
      let p1 = UInt64(0xCD9E_8D57) &* UInt64(c.2)
      c = (
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c.1 ^ k0, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c.3 ^ k1, UInt32(truncatingIfNeeded: p0)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return c
  }
}
