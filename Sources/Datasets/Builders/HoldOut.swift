internal import Files

/// A part of the records that is kept from training, chosen by the hash of each record's id, so
/// that a picture stays on its side when others are added.
public struct HoldOut: Sendable, Hashable {
  /// The name of the part held out, and of the rest.
  public var name: String, restName: String
  /// The expected fraction of records held out, between 0 and 1.
  public var fraction: Double

  /// Holds out this fraction.
  public init(fraction: Double, name: String = "val", restName: String = "train") {
    (self.fraction, self.name, self.restName) = (fraction, name, restName)
  }

  /// Whether the record with this id is held out: the first eight bytes of the SHA-256 of the id,
  /// as a fraction of 2^64, lie below `fraction`.
  public func takes(_ id: String) -> Bool {
    var digest = Digest()
    digest.add(id)
    let bits = digest.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Double(bits) * 0x1p-64 < fraction
  }
}
