/// A key that stands for one reproducible stream of random numbers.
///
/// Keys are values: a key always yields the same stream, and independent streams are obtained by
/// `split()`, `split(into:)` or `folding(_:)`, never by drawing from shared state. So a result
/// depends on the keys it was given and on nothing else, whatever the number of threads.
///
/// - Source: the Philox4x32-10 counter-based generator of Salmon et al., "Parallel random numbers:
///   as easy as 1, 2, 3", SC 2011; keys as arguments after JAX's design note 263.
public struct RandomKey: Sendable, Hashable, Codable {
  /// The 64 bits that identify the stream.
  public let bits: UInt64

  /// A key with exactly these bits, as restored from a checkpoint.
  public init(bits: UInt64) { self.bits = bits }

  /// The root key of an experiment.
  public init(seed: UInt64) { self = RandomKey(bits: 0x5049_474D_454E_5430).folding(seed) }

  /// The key of the child numbered `number`; different numbers give independent streams.
  public func folding(_ number: UInt64) -> RandomKey {
    // The last counter word is 1 here and 0 in streams, so children never repeat their parent's
    // stream.
    let block = Philox.block(
      counter: (UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32), 0, 1),
      key: bits)
    return RandomKey(bits: UInt64(block.0) | UInt64(block.1) << 32)
  }

  /// The key of the child numbered `number` (not negative).
  public func folding(_ number: Int) -> RandomKey { folding(UInt64(number)) }

  /// The key of the child with this name, for parts that are known by name rather than by number.
  public func folding(_ name: String) -> RandomKey {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a: stable between runs, unlike `Hasher`
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return folding(hash)
  }

  /// Two independent children.
  public func split() -> (RandomKey, RandomKey) { (folding(0), folding(1)) }

  /// `count` independent children.
  public func split(into count: Int) -> [RandomKey] { (0..<count).map { folding($0) } }

  /// The stream of this key, from its beginning.
  public func stream() -> RandomStream { RandomStream(key: self) }
}
