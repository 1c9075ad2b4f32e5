import Foundation
import Images
import TestSupport
import Testing

private let folder = "golden/f_formats/"
private let havesShared: ConditionTrait = .enabled(
  if: SharedData.isPresent, "needs the reference data beside the checkout")

/// A photograph-like test picture: smooth color with an edge.
func ramp(width: Int, height: Int) -> Picture {
  var samples = [UInt8]()
  for y in 0..<height {
    for x in 0..<width {
      let edge = x > y ? 40 : 0
      samples += [
        UInt8(30 + 160 * x / width + edge), UInt8(50 + 150 * y / height), UInt8(200 - edge * 2),
      ]
    }
  }
  return Picture(width: width, height: height, channels: 3, samples: samples)
}

func meanDifference(_ a: Picture, _ b: Picture) -> Double {
  precondition(a.samples.count == b.samples.count)
  return zip(a.samples, b.samples).reduce(0.0) { $0 + abs(Double($1.0) - Double($1.1)) }
    / Double(a.samples.count)
}

func failure(of work: () throws -> Void) -> ImageError? {
  do {
    try work()
    return nil
  } catch { return error as? ImageError }
}

@Suite struct DecodingTests {
  @Test(havesShared, arguments: Golden.values.decoded)
  func everyFileDecodesToTheReferenceSamples(_ row: Golden.Decoded) throws {
    let path = SharedData.path(folder + "img/" + row.file)
    let picture = try Picture(contentsOfFile: path)
    #expect(picture.width == row.width && picture.height == row.height && picture.channels == 3)
    #expect(sha256(picture.samples) == row.rgb)
    let header = try Data(contentsOf: URL(filePath: path)).withUnsafeBytes {
      try ImageHeader(of: $0)
    }
    #expect(header.width == row.width && header.height == row.height)
    if let indices = row.indices {
      #expect(try sha256(Picture(contentsOfFile: path, as: .paletteIndices).samples) == indices)
    }
    if let rgba = row.rgba {
      #expect(try sha256(Picture(contentsOfFile: path, as: .rgba).samples) == rgba)
    }
  }

  @Test(havesShared, arguments: Golden.values.damaged.sorted { $0.key < $1.key })
  func damagedFilesAreRefusedWithTheirName(_ file: String, _ isRefused: Bool) {
    let path = SharedData.path(folder + "img_damaged/" + file)
    let error = failure { _ = try Picture(contentsOfFile: path) }
    // A flipped bit in a scan may or may not show; everything else must.
    if isRefused {
      #expect(error?.description.contains(file) == true, "\(String(describing: error))")
    }
  }

  @Test(arguments: Golden.values.inline)
  func samplesOfEveryDepthAreExact(_ row: Golden.Inline) throws {
    let file = bytes(hex: row.bytes)
    let wanted: [(ColorSpace, [UInt8]?)] = [
      (.paletteIndices, row.indices), (.gray, row.gray), (.rgb, row.rgb), (.rgba, row.rgba),
    ]
    for (space, samples) in wanted {
      guard let samples else { continue }
      let picture = try Picture(decoding: file, as: space)
      #expect([picture.width, picture.height] == row.size)
      #expect(picture.samples == samples, "\(row.name) as \(space)")
    }
  }

  @Test func theHeaderTellsFormatAndShapeWithoutDecoding() throws {
    let jpeg = try ramp(width: 70, height: 30).encodedJPEG()
    let header = try jpeg.withUnsafeBytes { try ImageHeader(of: $0) }
    #expect(header.format == .jpeg && header.width == 70 && header.height == 30)
    #expect(header.channels == 3 && header.bitDepth == 8)
    let png = bytes(hex: Golden.values.inline[0].bytes)
    let deep = try png.withUnsafeBytes { try ImageHeader(of: $0) }
    #expect(deep.format == .png && deep.channels == 1 && deep.bitDepth == 16)
  }

  @Test func aLargeJPEGDecodesSmallerButNeverTooSmall() throws {
    let picture = ramp(width: 640, height: 401)
    let jpeg = try picture.encodedJPEG(quality: 95)
    for (wanted, expected) in [
      ((80, 51), (80, 51)), ((81, 51), (160, 101)), ((160, 102), (320, 201)),
      ((321, 10), (640, 401)), ((2000, 2000), (640, 401)),
    ] {
      let small = try Picture(
        decoding: jpeg, .reduced(width: wanted.0, height: wanted.1))
      #expect((small.width, small.height) == expected)
      let reference = picture.resized(width: small.width, height: small.height, filter: .box)
      #expect(meanDifference(small, reference) < 3)
    }
  }

  @Test(arguments: 1...8) func orientationIsApplied(_ orientation: Int) throws {
    // Corners: red top left, green top right, blue bottom left, white bottom right.
    var upright = Picture(width: 64, height: 32, channels: 3)
    upright.fill(x: 0, y: 0, width: 32, height: 16, color: [255, 0, 0])
    upright.fill(x: 32, y: 0, width: 32, height: 16, color: [0, 255, 0])
    upright.fill(x: 0, y: 16, width: 32, height: 16, color: [0, 0, 255])
    upright.fill(x: 32, y: 16, width: 32, height: 16, color: [255, 255, 255])
    let jpeg = try upright.encodedJPEG(quality: 95)
    let exif: [UInt8] = [
      0xFF, 0xE1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01,
      0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation), 0, 0, 0, 0, 0, 0,
    ]
    let turned = try Picture(decoding: Array(jpeg[..<2]) + exif + jpeg[2...], .reduced(toSide: 20))
    // The corner of the upright picture that each orientation's viewer sees at the top left, and
    // at the top right (EXIF 2.3, tag 0x0112).
    let corners = ["rg", "gr", "wb", "bw", "rb", "br", "wg", "gw"][orientation - 1]
    func letter(_ x: Int, _ y: Int) -> Character {
      let at = (y * turned.width + x) * 3
      let bright = (0..<3).map { turned.samples[at + $0] > 128 }
      if bright == [true, true, true] { return "w" }
      return bright[0] ? "r" : bright[1] ? "g" : "b"
    }
    #expect((turned.width < turned.height) == (orientation >= 5))
    #expect(String([letter(4, 4), letter(turned.width - 5, 4)]) == corners)
  }

  @Test func errorsSayWhatTheBytesAreAndWhatToDo() throws {
    let cases: [([UInt8], String)] = [
      (Array("nothing to see".utf8), "this is text, not an image"),
      (Array("<html>404</html>".utf8), "a web page or XML"),
      ([], "an empty file"), (Array("GIF89a".utf8), "a GIF"), ([0, 1, 2, 3, 4], "00 01 02 03"),
    ]
    for (file, words) in cases {
      let error = failure { _ = try Picture(decoding: file) }
      #expect(error?.description.contains(words) == true)
    }
    let jpeg = try ramp(width: 64, height: 64).encodedJPEG()
    for cut in [10, 300, jpeg.count / 2, jpeg.count - 2] {
      let error = failure { _ = try Picture(decoding: Array(jpeg[..<cut])) }
      #expect(error?.reason == .truncated(at: cut))
    }
    let png = try ramp(width: 64, height: 64).encodedPNG()
    for cut in [20, 60, png.count / 2, png.count - 4] {
      let error = failure { _ = try Picture(decoding: Array(png[..<cut])) }
      #expect(error?.reason == .truncated(at: cut))
    }
    #expect(
      failure { _ = try Picture(decoding: jpeg, as: .paletteIndices) }?.reason
        == .noIndices("a JPEG"))
    #expect(
      failure { _ = try Picture(decoding: png, as: .paletteIndices) }?.description
        .contains("8-bit RGB") == true)
    let missing = failure { _ = try Picture(contentsOfFile: "/no/such.png") }
    #expect(missing?.description.hasPrefix("/no/such.png: cannot read the file: there is") == true)
  }

  @Test(arguments: [
    (UInt8(0xC3), "a lossless JPEG"), (0xC5, "a hierarchical JPEG"), (0xF7, "a JPEG-LS picture"),
  ])
  func processesThatAreNotReadAreNoDamage(_ marker: UInt8, _ words: String) throws {
    var jpeg = try ramp(width: 16, height: 16).encodedJPEG()
    let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
    jpeg[frame + 1] = marker
    let error = failure { _ = try Picture(decoding: jpeg) }
    #expect(error?.reason == .unsupported(words))
    #expect(error?.description.contains("not supported; convert the picture") == true)
  }

  @Test func hugePicturesAreRefusedBeforeMemoryIsTaken() throws {
    var png = try Picture(width: 1, height: 1, channels: 1).encodedPNG()
    for at in [16, 20] { png.replaceSubrange(at..<(at + 4), with: [0, 0, 0xEA, 0x60]) }
    let error = failure { _ = try Picture(decoding: png) }
    #expect(error?.reason == .tooLarge(width: 60000, height: 60000))
    // So many that their number has no place in 64 bits, and wraps to a small one.
    png.replaceSubrange(16..<24, with: [0x83, 0x4F, 0, 0xFF, 0xFF, 0, 0, 0x30])
    let wrapped = failure { _ = try Picture(decoding: png) }
    #expect(wrapped?.reason == .tooLarge(width: 0x834F_00FF, height: 0xFF00_0030))
    // More than these bytes can hold, however they are compressed.
    png.replaceSubrange(16..<24, with: [0, 0, 0x20, 0, 0, 0, 0x20, 0])
    let empty = failure { _ = try Picture(decoding: png) }
    #expect(empty?.reason == .truncated(at: png.count))
  }
}
