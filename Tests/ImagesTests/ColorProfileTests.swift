import Foundation
import Images
import TestSupport
import Testing

@Suite struct ColorProfileTests {
  static let useful = ProfileCase.all.filter { $0.value.expected != nil }.keys.sorted()
  static let kept = ["sRGB of lcms", "sRGB of parameters", "sRGB of tables"]

  /// One row of pixels, of colors or of grays.
  private func row(_ samples: [UInt8], _ channels: Int) -> Picture {
    Picture(width: samples.count / channels, height: 1, channels: channels, samples: samples)
  }

  private func furthest(_ a: [UInt8], _ b: [UInt8]) -> Int {
    a.count == b.count ? zip(a, b).map { abs(Int($0) - Int($1)) }.max() ?? 0 : .max
  }

  @Test(arguments: useful) func colorsAreThoseOfTheDefinition(_ name: String) throws {
    let row = try #require(ProfileCase.all[name])
    let expected = try #require(row.expected)
    let isGray = name.hasPrefix("gray")
    let plain = try self.row(row.samples, isGray ? 1 : 3).encodedPNG()
    let file = Profiled.png(plain, row.profile)
    #expect(try ColorProfile(of: file) == .other(name))
    let shown = isGray ? expected.flatMap { [$0, $0, $0] } : expected
    let picture = try Picture(decoding: file)
    #expect(furthest(picture.samples, shown) <= 1)
    #expect(picture.samples != row.samples)
    let withAlpha = try Picture(decoding: file, as: .rgba)
    #expect(withAlpha.withoutAlpha() == picture)
    let alphas = stride(from: 3, to: withAlpha.samples.count, by: 4)
    #expect(alphas.allSatisfy { withAlpha.samples[$0] == 255 })
    let gray = try Picture(decoding: file, as: .gray)
    #expect(isGray ? gray.withThreeChannels() == picture : gray.channels == 1)
    // Without conversion all is as if there were no profile.
    for space in [ColorSpace.rgb, .rgba, .gray] {
      #expect(
        try Picture(decoding: file, as: space, profiles: .ignore)
          == Picture(decoding: plain, as: space))
    }
  }

  @Test func alphaStays() throws {
    let row = try #require(ProfileCase.all["Adobe RGB"])
    let pixels: [UInt8] = [200, 60, 40, 7, 10, 200, 90, 255]
    let plain = try self.row(pixels, 4).encodedPNG()
    let picture = try Picture(decoding: Profiled.png(plain, row.profile), as: .rgba)
    #expect(picture.samples[3] == 7 && picture.samples[7] == 255)
    #expect(picture.samples[0] > 205 && picture.samples[4] == 0)
  }

  @Test(arguments: [1, 2, 7]) func jpegAndPNGAreTreatedAlike(_ parts: Int) throws {
    let row = try #require(ProfileCase.all["Display P3"])
    let plain = try ramp(width: 40, height: 24).encodedJPEG(quality: 95)
    let stored = try Picture(decoding: plain)
    let wanted = try Picture(decoding: Profiled.png(stored.encodedPNG(), row.profile))
    let file = Profiled.jpeg(plain, row.profile, parts: parts)
    #expect(try Picture(decoding: file) == wanted)
    #expect(wanted != stored)
    // The luma of what is seen, not of what is stored.
    #expect(
      try Picture(decoding: file, as: .gray)
        == Picture(decoding: wanted.encodedPNG(), as: .gray))
  }

  @Test(arguments: kept) func picturesInSRGBKeepTheirSamples(_ name: String) throws {
    let row = try #require(ProfileCase.all[name])
    let plain = try ramp(width: 40, height: 24).encodedJPEG(quality: 95)
    let file = Profiled.jpeg(plain, row.profile)
    #expect(try ColorProfile(of: file) == .sRGB)
    #expect(try Picture(decoding: file) == Picture(decoding: plain))
    let gray = try #require(ProfileCase.all["gray as sRGB"])
    let levels = try self.row(gray.samples, 1).encodedPNG()
    #expect(try ColorProfile(of: Profiled.png(levels, gray.profile)) == .sRGB)
    #expect(
      try Picture(decoding: Profiled.png(levels, gray.profile)) == Picture(decoding: levels))
  }

  @Test func profilesOfNoUseArePassedOver() throws {
    let plain = try ramp(width: 40, height: 24).encodedJPEG(quality: 95)
    let pixels = try Picture(decoding: plain)
    let adobe = try #require(ProfileCase.all["Adobe RGB"]).profile
    let gray = try #require(ProfileCase.all["gray, linear"]).profile
    var lost = Profiled.jpeg(plain, adobe, parts: 3)
    // The first segment says that there are four.
    lost[2 + 4 + 13] = 4
    let cases: [(String, [UInt8])] = [
      ("inks", Profiled.jpeg(plain, try #require(ProfileCase.all["inks"]).profile)),
      ("no curves", Profiled.jpeg(plain, try #require(ProfileCase.all["without curves"]).profile)),
      ("gray for colors", Profiled.jpeg(plain, gray)),
      ("gray for colors, PNG", Profiled.png(try pixels.encodedPNG(), gray)),
      ("cut", Profiled.jpeg(plain, Array(adobe.prefix(200)))),
      ("no profile", Profiled.jpeg(plain, Array("nothing".utf8))),
      ("empty", Profiled.jpeg(plain, [])), ("a part is lost", lost),
    ]
    for (name, file) in cases {
      #expect(try ColorProfile(of: file) == .unusable, "\(name)")
      #expect(try Picture(decoding: file) == pixels, "\(name)")
    }
    #expect(try ColorProfile(of: plain) == .absent)
  }

  @Test func masksKnowNoProfiles() throws {
    let gray = try #require(ProfileCase.all["gray, linear"])
    let file = Profiled.png(try row(gray.samples, 1).encodedPNG(), gray.profile)
    #expect(try Picture(decoding: file, as: .paletteIndices).samples == gray.samples)
  }

  @Test func deepPicturesAreConvertedAtTheirDepth() throws {
    let adobe = try #require(ProfileCase.all["Adobe RGB"])
    let expected = try #require(adobe.expected)
    let deep = DeepPicture(
      width: adobe.samples.count / 3, height: 1, channels: 3,
      samples: adobe.samples.map { UInt16($0) * 257 })
    let file = Profiled.png(try deep.encodedPNG(), adobe.profile)
    let found = try file.withUnsafeBytes { try DeepPicture(decodingPNG: $0) }
    #expect(furthest(found.picture.samples, expected) <= 1)
    #expect(Set(found.samples.map { $0 % 257 }).count > 3)
    let kept = try file.withUnsafeBytes { try DeepPicture(decodingPNG: $0, profiles: .ignore) }
    #expect(kept == deep)
    // Linear gray of 16 bits, whose dark steps sRGB shows wide apart.
    let linear = try #require(ProfileCase.all["gray, linear"])
    let stored = bytes(hex: Golden.values.inline[0].bytes)
    let grays = try stored.withUnsafeBytes { try DeepPicture(decodingPNG: $0) }
    let light = try Profiled.png(stored, linear.profile).withUnsafeBytes {
      try DeepPicture(decodingPNG: $0)
    }
    #expect(light != grays && light.samples.max() == 65_535)
    for (level, found) in zip(grays.samples, light.samples) {
      let x = Double(level) / 65_535
      let shown = x <= 0.0031308 ? 12.92 * x : 1.055 * pow(x, 1 / 2.4) - 0.055
      #expect(abs(Double(found) - 65_535 * shown) < 40, "\(level)")
    }
  }

  @Test func manyThreadsMayConvertAtOnce() async throws {
    let row = try #require(ProfileCase.all["ProPhoto RGB"])
    let plain = try ramp(width: 160, height: 120).encodedJPEG(quality: 95)
    let wanted = try Picture(decoding: Profiled.jpeg(plain, row.profile))
    // More profiles than are remembered, each met again and again: text beyond the tags differs.
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<400 {
        group.addTask {
          let other = row.profile + [UInt8(number % 100)]
          return try Picture(decoding: Profiled.jpeg(plain, other)) == wanted
        }
      }
      for try await isSame in group { #expect(isSame) }
    }
  }
}
