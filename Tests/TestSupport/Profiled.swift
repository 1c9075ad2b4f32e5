public import Foundation

/// The color profiles that `make_profiles.py` wrote, and pictures with them.
public struct ProfileCase: Decodable, Sendable {
  /// The profile (ICC).
  public let bytes: Data
  /// Colors or grays in it.
  public let samples: [UInt8]
  /// What these are in sRGB; nil where they stay or the profile is of no use.
  public let expected: [UInt8]?

  /// All by what the profiles call themselves.
  public static let all: [String: ProfileCase] = {
    struct File: Decodable { let profiles: [String: ProfileCase] }
    let path = SharedData.packagePath("Tests/ImagesTests/Golden/profiles.json")
    let data = try! Data(contentsOf: URL(filePath: path))
    return try! JSONDecoder().decode(File.self, from: data).profiles
  }()

  /// The bytes of the profile.
  public var profile: [UInt8] { Array(bytes) }
}

/// Encoded pictures with color profiles.
public enum Profiled {
  /// A JPEG with a profile in this many parts, which stand in reversed order.
  public static func jpeg(_ plain: [UInt8], _ profile: [UInt8], parts: Int = 1) -> [UInt8] {
    let size = (profile.count + parts - 1) / parts
    var file = Array(plain[..<2])
    for part in (0..<parts).reversed() {
      let bytes = profile[min(part * size, profile.count)..<min((part + 1) * size, profile.count)]
      let length = 2 + 12 + 2 + bytes.count
      file += [0xFF, 0xE2, UInt8(length >> 8), UInt8(length & 255)] as [UInt8]
      file += Array("ICC_PROFILE\0".utf8)
      file += [UInt8(part + 1), UInt8(parts)] as [UInt8]
      file += bytes
    }
    return file + plain[2...]
  }

  /// A PNG with a profile, packed without compression.
  public static func png(_ plain: [UInt8], _ profile: [UInt8]) -> [UInt8] {
    let size = [UInt8(profile.count & 255), UInt8(profile.count >> 8)]
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in profile {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    var chunk = Array("iCCPprofile\0\0".utf8)
    chunk += [0x78, 0x01, 0x01] as [UInt8]
    chunk += size + size.map { ~$0 }
    chunk += profile
    chunk += big(b << 16 | a)
    // Behind the signature and the header.
    var file = Array(plain[..<33])
    file += big(UInt32(chunk.count - 4))
    file += chunk
    file += big(crc32(chunk))
    return file + plain[33...]
  }

  private static func big(_ word: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
        crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
      }
    }
  }
}
