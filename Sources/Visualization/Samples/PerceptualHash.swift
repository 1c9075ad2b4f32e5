internal import ColorScience
public import Images

/// What a picture looks like, in 64 bits: whether it gets darker from each place to the next on
/// the right.
///
/// Pictures of the same thing that differ in size, compression or slight corrections differ in few
/// bits; a mirrored or cropped one differs in many.
/// - Source: N. Krawetz, "Kind of like that", hackerfactor.com, 2013 (dHash), here on the lightness
///   L* of a picture that the antialiased bilinear filter reduces to 9 x 8 places.
public struct PerceptualHash: Hashable, Sendable {
  /// A bit for each place, row by row, the first the highest.
  public let bits: UInt64

  /// The hash of these bits.
  public init(bits: UInt64) { self.bits = bits }

  /// The hash of a picture; nil of one that is nearly of one lightness, all of which would be
  /// alike.
  public init?(_ picture: Picture) {
    let small = picture.withThreeChannels().resized(width: 9, height: 8)
    let lightness = LabPlanes(rgb: small.samples).lightness
    guard lightness.max()! - lightness.min()! >= Self.leastRange else { return nil }
    var bits: UInt64 = 0
    for row in 0..<8 {
      for column in 0..<8 {
        let place = row * 9 + column
        bits = bits << 1 | (lightness[place] > lightness[place + 1] ? 1 : 0)
      }
    }
    self.bits = bits
  }

  /// Steps of L* (0 to 100) that the lightest place is lighter than the darkest, at least.
  static let leastRange: Float = 4

  /// Bits that differ: 0 to 64.
  public func distance(to other: PerceptualHash) -> Int { (bits ^ other.bits).nonzeroBitCount }

  /// The pairs of places whose hashes differ in at most `limit` bits, by rising first place.
  ///
  /// Of `limit` + 1 bands of bits, one at least is the same in such a pair, so only hashes that
  /// share a band are compared.
  public static func pairs(
    of hashes: [PerceptualHash?], within limit: Int
  ) -> [(first: Int, second: Int, distance: Int)] {
    precondition((0..<32).contains(limit), "PerceptualHash: a limit of \(limit) bits")
    let bands = limit + 1
    func band(_ number: Int, _ hash: PerceptualHash) -> UInt64 {
      let (start, end) = (number * 64 / bands, (number + 1) * 64 / bands)
      let mask = end - start == 64 ? UInt64.max : (1 << UInt64(end - start)) - 1
      return hash.bits >> UInt64(start) & mask
    }
    var found: [(first: Int, second: Int, distance: Int)] = []
    for number in 0..<bands {
      var alike: [UInt64: [Int]] = [:]
      for (place, hash) in hashes.enumerated() {
        if let hash { alike[band(number, hash), default: []].append(place) }
      }
      for places in alike.values {
        for (at, first) in places.enumerated() {
          for second in places[(at + 1)...] {
            let distance = hashes[first]!.distance(to: hashes[second]!)
            // A pair that shares an earlier band was found there.
            if distance <= limit,
              !(0..<number).contains(where: {
                band($0, hashes[first]!) == band($0, hashes[second]!)
              })
            {
              found.append((first, second, distance))
            }
          }
        }
      }
    }
    return found.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
  }
}
