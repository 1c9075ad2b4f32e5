internal import CPNG

/// The color profile (ICC) that a picture carries.
enum EmbeddedProfile {
  /// There is none.
  case none
  /// There is one, whose parts or packing are damaged.
  case damaged
  /// Its bytes.
  case bytes([UInt8])

  /// Finds the profile of a picture whose header was read.
  ///
  /// - Source: ICC.1:2010, annex B.4 (JPEG: up to 255 parts in APP2 segments, in any order); the
  ///   PNG specification, third edition, 11.3.2.3 (iCCP).
  init(in bytes: UnsafeRawBufferPointer, _ header: ImageHeader) {
    switch header.format {
    case .jpeg:
      let parts = (try? JPEGMarkers(of: bytes))?.profileParts ?? []
      self = parts.isEmpty ? .none : Self.joined(parts, of: bytes)
    case .png:
      self = hasProfileChunk(bytes) ? Self.unpacked(from: bytes) : .none
    }
  }

  /// The parts of a JPEG's profile in the order of their numbers: 1 to their count, each once.
  private static func joined(
    _ parts: [Range<Int>], of bytes: UnsafeRawBufferPointer
  ) -> EmbeddedProfile {
    let ordered = parts.sorted { bytes[$0.lowerBound] < bytes[$1.lowerBound] }
    let isWhole = ordered.enumerated().allSatisfy { place, part in
      Int(bytes[part.lowerBound]) == place + 1 && Int(bytes[part.lowerBound + 1]) == parts.count
    }
    guard isWhole else { return .damaged }
    return .bytes(ordered.flatMap { bytes[$0.dropFirst(2)] })
  }

  private static func unpacked(from bytes: UnsafeRawBufferPointer) -> EmbeddedProfile {
    var profile: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = cpng_profile(
      bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, &profile, &count)
    guard status == 0, let profile else { return .damaged }
    defer { cpng_free(profile) }
    return .bytes([UInt8](UnsafeBufferPointer(start: profile, count: count)))
  }
}

/// Whether an iCCP chunk stands before the pixels of a PNG.
private func hasProfileChunk(_ bytes: UnsafeRawBufferPointer) -> Bool {
  func word(_ at: Int) -> UInt32 {
    bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self).bigEndian
  }
  var at = 8
  while at + 12 <= bytes.count {
    let name = word(at + 4)
    if name == 0x6943_4350 { return true }
    if name == 0x4944_4154 { return false }
    at += 12 + Int(word(at))
  }
  return false
}
