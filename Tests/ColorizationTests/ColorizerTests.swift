import ColorScience
import Colorization
import Foundation
import Images
import Tensors
import Testing

@Suite struct ColorizerTests {
  @Test func aMapIsEnlargedAsTensorsAre() {
    let values = (0..<24).map { Float($0 * 37 % 50) - 25 }
    let map = ChromaMap(
      width: 4, height: 3, a: Array(values[..<12]), b: Array(values[12...]))
    for (width, height) in [(9, 7), (4, 3), (31, 2), (1, 1)] {
      let resized = map.resized(width: width, height: height)
      let expected = Tensor(values, shape: [1, 2, 3, 4], on: .cpu)
        .resized(.init(size: Pair(height, width))).floats
      let found = resized.a + resized.b
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-4 })
      #expect(found.count == expected.count)
    }
  }

  @Test func paintingKeepsLightnessAndTakesColors() {
    let picture = Samples.picture(33, 21, seed: 4)
    let map = ChromaMap(width: 2, height: 1, a: [8, 8], b: [-6, -6])
    let before = LabPlanes(rgb: picture.samples)
    let after = LabPlanes(rgb: map.painted(on: picture).samples)
    for at in before.lightness.indices where (15...85).contains(before.lightness[at]) {
      #expect(abs(before.lightness[at] - after.lightness[at]) < 0.6)
      #expect(abs(after.a[at] - 8) < 2 && abs(after.b[at] + 6) < 2)
    }
    let gray = ChromaMap.gray.painted(on: picture)
    #expect(PictureQuality.colorfulness(rgb: gray.samples) < 0.5)
    let own = ChromaMap(width: 33, height: 21, a: before.a, b: before.b).painted(on: picture)
    #expect(own == picture)
  }

  /// A picture of several bands of rows is painted as each of its parts is.
  @Test func aLargePictureIsPaintedLikeItsParts() {
    let picture = Samples.picture(1 << 12, 70, seed: 2)
    let map = ChromaMap(width: 1, height: 1, a: [20], b: [10])
    let whole = map.painted(on: picture)
    for first in stride(from: 0, to: 70, by: 35) {
      let part = picture.cropped(x: 0, y: first, width: 1 << 12, height: 35)
      let painted = map.painted(on: part)
      #expect(whole.cropped(x: 0, y: first, width: 1 << 12, height: 35) == painted)
    }
  }

  @Test func transparencyIsKept() {
    let picture = Samples.picture(12, 9, seed: 1, channels: 4)
    let painted = ChromaMap.gray.painted(on: picture)
    #expect(painted.channels == 4)
    for at in stride(from: 3, to: painted.samples.count, by: 4) {
      #expect(painted.samples[at] == picture.samples[at])
    }
    #expect(painted.withoutAlpha() == ChromaMap.gray.painted(on: picture.withoutAlpha()))
    let deep = DeepPicture(
      width: 12, height: 9, channels: 4, samples: picture.samples.map { UInt16($0) * 257 })
    let deepPainted = ChromaMap.gray.painted(on: deep)
    for at in stride(from: 3, to: deep.samples.count, by: 4) {
      #expect(deepPainted.samples[at] == deep.samples[at])
    }
  }

  @Test func sixteenBitsOfLightnessAreKept() {
    let ramp = (30_000..<30_200).flatMap { [UInt16($0), UInt16($0), UInt16($0)] }
    let deep = DeepPicture(width: 20, height: 10, channels: 3, samples: ramp)
    let gray = ChromaMap.gray.painted(on: deep)
    #expect(zip(gray.samples, ramp).allSatisfy { abs(Int($0) - Int($1)) <= 4 })
    #expect(Set(gray.samples).count > 190)
    guard case .deep = ChromaMap.gray.painted(on: .deep(deep)) else {
      Issue.record("the depth is lost")
      return
    }
  }

  @Test(arguments: [(70, 41), (20, 90), (32, 32), (333, 17)])
  func anySizeIsColored(_ width: Int, _ height: Int) throws {
    let colorizer = Samples.colorizer()
    let picture = Samples.picture(width, height, seed: 3)
    let prediction = colorizer.predict(picture)
    let colored = prediction.chroma(.annealedMean(temperature: 0.38)).painted(on: picture)
    #expect(colored.width == width && colored.height == height)
    let entropy = try #require(prediction.entropy)
    #expect(entropy.count == prediction.width * prediction.height)
    #expect(
      entropy.allSatisfy { $0 > 0 && Double($0) < ColorPrediction.mostEntropy(.standard) + 1e-3 })
    let map = try #require(prediction.entropyPicture)
    #expect(map.width == prediction.width && map.channels == 1)
    let white = Float(ColorPrediction.mostEntropy(.standard))
    #expect(zip(map.samples, entropy).allSatisfy { abs(Float($0) - 255 * $1 / white) < 0.51 })
    // The mode is a bin; the mean is not.
    let mode = prediction.chroma(.mode)
    #expect(mode.a.allSatisfy { $0.truncatingRemainder(dividingBy: 10) == 0 })
    #expect(prediction.chroma(.annealedMean(temperature: 1)) != mode)
  }

  /// Only lightness is looked at: the colors of a picture do not change what is predicted.
  @Test func colorsAreNotLookedAt() {
    let colorizer = Samples.colorizer()
    let picture = Samples.picture(32, 32, seed: 5)
    let gray = ChromaMap.gray.painted(on: picture)
    func agree(_ x: ColorPrediction, _ y: ColorPrediction) -> Bool {
      let spread = x.values.max()! - x.values.min()!
      return x.values.count == y.values.count
        && zip(x.values, y.values).allSatisfy { abs($0 - $1) < 0.05 * spread }
    }
    // The lightness of an 8-bit gray differs by rounding.
    #expect(agree(colorizer.predict(picture), colorizer.predict(gray)))
    let other = Samples.picture(32, 32, seed: 6)
    #expect(!agree(colorizer.predict(picture), colorizer.predict(other)))
    let single = Picture(
      width: 32, height: 32, channels: 1,
      samples: stride(from: 0, to: gray.samples.count, by: 3).map { gray.samples[$0] })
    #expect(agree(colorizer.predict(single), colorizer.predict(gray)))
  }

  @Test func severalAtOnceAreAsOneByOne() {
    let colorizer = Samples.colorizer()
    let pictures = (0..<3).map { Samples.picture(32, 32, seed: $0) }
    for (picture, together) in zip(pictures, colorizer.predict(seen: pictures)) {
      let alone = colorizer.predict(picture)
      #expect(zip(alone.values, together.values).allSatisfy { abs($0 - $1) < 1e-3 })
      #expect(alone.values.count == together.values.count)
    }
  }

  @Test func aNetworkMayPredictColorsThemselves() {
    let colorizer = Samples.colorizer(outputs: 2)
    let prediction = colorizer.predict(Samples.picture(40, 32))
    #expect(prediction.entropy == nil && prediction.entropyPicture == nil)
    let map = prediction.chroma(.mode)
    #expect(map.a == prediction.values[..<map.a.count].map { $0 * 110 })
    #expect(map.b == prediction.values[map.a.count...].map { $0 * 110 })
  }
}

/// What results are called.
@Suite struct PictureListTests {
  let folder = try! TemporaryFolder()

  private func make(_ names: String...) throws {
    for name in names {
      let path = folder.file(name)
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try Data().write(to: URL(filePath: path))
    }
  }

  private func names(_ paths: String...) throws -> [String] {
    try PictureList(paths.map(folder.file)).entries.map(\.name)
  }

  @Test func picturesOfOneNameStayApart() throws {
    try make("a/x.jpg", "b/x.png", "b/y.JPEG", "a/deep/x.png", "a/notes.txt", "a/.hidden.png")
    #expect(try names("a/x.jpg") == ["x"])
    #expect(try names("a") == ["deep/x", "x"])
    #expect(try names("a", "b") == ["a/deep/x", "a/x", "b/x", "b/y"])
    #expect(try names("a/x.jpg", "b/x.png") == ["a/x", "b/x"])
    #expect(try names("b", "b/x.png", "b/../b/y.JPEG") == ["x", "y"])
  }

  @Test func endingsAreKeptWhereTheyTellApart() throws {
    try make("a/x.jpg", "a/x.png", "a/z.png")
    #expect(try names("a") == ["x.jpg", "x.png", "z"])
    try make("a/x.jpg.png")
    #expect(try names("a") == ["x.jpg", "x.jpg.png", "x.png", "z.png"])
  }

  @Test func nothingToColorIsAnError() throws {
    try make("a/notes.txt")
    #expect(words { _ = try names("a") }.contains("no JPEG or PNG file here"))
    #expect(words { _ = try names("none") }.contains("no such file or folder"))
  }
}
