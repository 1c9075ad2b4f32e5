internal import CLCMS
internal import Files
internal import Synchronization

/// The samples that a conversion is for.
struct PixelLayout: Hashable, Sendable {
  /// 1 (gray) or 3.
  var colors: Int
  /// Samples from one pixel to the next.
  var stride: Int
  /// Bits of a sample: 8 or 16.
  var depth: Int

  /// Plain 8-bit samples, or others.
  init(colors: Int, stride: Int? = nil, depth: Int = 8) {
    (self.colors, self.stride, self.depth) = (colors, stride ?? colors, depth)
  }
}

/// The way from one color profile to sRGB. Any number of threads may use it at once.
final class ColorConversion: @unchecked Sendable {
  /// What the profile calls itself.
  let name: String
  private let layout: PixelLayout
  private let handle: UnsafeMutableRawPointer
  /// Of gray samples of 8 and of 16 bits: the new one for each old one.
  private let table: [UInt8]
  private let deepTable: [UInt16]

  fileprivate init(_ handle: UnsafeMutableRawPointer, _ layout: PixelLayout, name: String) {
    (self.handle, self.layout, self.name) = (handle, layout, name)
    var table = layout.colors == 1 && layout.depth == 8 ? [UInt8](0...255) : []
    var deepTable = layout.colors == 1 && layout.depth == 16 ? [UInt16](0...65_535) : []
    table.withUnsafeMutableBytes { clcms_apply(handle, $0.baseAddress, $0.count) }
    deepTable.withUnsafeMutableBytes { clcms_apply(handle, $0.baseAddress, $0.count / 2) }
    (self.table, self.deepTable) = (table, deepTable)
  }

  deinit { clcms_close(handle) }

  /// What a picture is to be decoded as before it is converted.
  func source(of space: ColorSpace) -> ColorSpace {
    // The luma of colors is that of converted ones.
    space == .gray && layout.colors == 3 ? .rgb : space
  }

  /// Converts 8-bit samples in place; alpha stays.
  func apply(to samples: inout [UInt8], channels: Int) {
    if layout.colors == 1 {
      for at in samples.indices where channels < 4 || at % 4 < 3 {
        samples[at] = table[Int(samples[at])]
      }
      return
    }
    precondition(channels == layout.stride, "ColorConversion: \(channels) channels")
    samples.withUnsafeMutableBytes { clcms_apply(handle, $0.baseAddress, $0.count / channels) }
  }

  /// Converts 16-bit samples in place; alpha stays.
  func apply(to samples: inout [UInt16], channels: Int) {
    if layout.colors == 1 {
      for at in samples.indices where channels < 4 || at % 4 < 3 {
        samples[at] = deepTable[Int(samples[at])]
      }
      return
    }
    precondition(channels == layout.stride, "ColorConversion: \(channels) channels")
    samples.withUnsafeMutableBytes { clcms_apply(handle, $0.baseAddress, $0.count / channels / 2) }
  }
}

/// What a color profile means for pixels of some layout.
enum ProfileVerdict: Sendable {
  /// It is damaged, or of other colors.
  case unusable
  /// It changes next to nothing.
  case isSRGB
  /// Samples are to be converted.
  case converts(ColorConversion)

  /// Up to so many of 255 steps a conversion to sRGB is none: what the tables and roundings of
  /// sRGB's own profiles come to.
  static let negligibleChange = 2

  /// The verdict on a profile for such pixels, nil those of inks; it is looked up where there was
  /// one lately.
  static func of(_ profile: [UInt8], _ layout: PixelLayout?) -> ProfileVerdict {
    guard let layout else { return .unusable }
    var digest = Digest()
    digest.add(profile)
    let key = VerdictCache.Key(digest: digest.bytes, layout: layout)
    if let known = VerdictCache.shared.withLock({ $0[key] }) { return known }
    let verdict = ProfileVerdict(profile, layout)
    VerdictCache.shared.withLock { $0.keep(verdict, for: key) }
    return verdict
  }

  private init(_ profile: [UInt8], _ layout: PixelLayout) {
    var handle: UnsafeMutableRawPointer?
    var change: Int32 = 0
    var name = [CChar](repeating: 0, count: 128)
    let status = profile.withUnsafeBufferPointer {
      clcms_open(
        $0.baseAddress, $0.count, Int32(layout.colors), Int32(layout.stride),
        Int32(layout.depth), &handle, &change, &name, name.count)
    }
    guard status == Int32(CLCMS_USABLE.rawValue), let handle else {
      self = .unusable
      return
    }
    let conversion = ColorConversion(handle, layout, name: text(name))
    self = change <= Self.negligibleChange ? .isSRGB : .converts(conversion)
  }
}

/// The verdicts on the profiles that were met last; photographs of one source share theirs.
struct VerdictCache: Sendable {
  struct Key: Hashable {
    let digest: [UInt8]
    let layout: PixelLayout
  }

  static let shared = Mutex(VerdictCache())
  /// A table of colors takes some 100 KB.
  private static let limit = 64

  /// The one met last stands at the end.
  private var entries: [(key: Key, verdict: ProfileVerdict)] = []

  subscript(key: Key) -> ProfileVerdict? {
    mutating get {
      guard let place = entries.lastIndex(where: { $0.key == key }) else { return nil }
      let entry = entries.remove(at: place)
      entries.append(entry)
      return entry.verdict
    }
  }

  /// Keeps a verdict; the one that was not asked for the longest goes.
  mutating func keep(_ verdict: ProfileVerdict, for key: Key) {
    guard !entries.contains(where: { $0.key == key }) else { return }
    if entries.count >= Self.limit { entries.removeFirst() }
    entries.append((key, verdict))
  }
}
