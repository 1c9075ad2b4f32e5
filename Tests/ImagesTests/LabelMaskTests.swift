import Images
import Testing

@Suite struct LabelMaskTests {
  private let palette = Palette.voc.colors

  /// A mask whose palette is `colors` and whose samples are `indices`.
  private func png(_ indices: [UInt8], _ colors: [SIMD3<UInt8>]) throws -> [UInt8] {
    try Picture(width: indices.count, height: 1, channels: 1, samples: indices)
      .encodedPNG(palette: Palette(colors))
  }

  private func classes(_ file: [UInt8]) throws -> [UInt8] {
    try LabelMask(decoding: file).classes.samples
  }

  @Test func aPaletteInAnotherOrderIsReadByItsColors() throws {
    let indices: [UInt8] = [0, 19, 255, 1]
    let usual = try LabelMask(decoding: png(indices, palette))
    #expect(usual.classes.samples == indices && usual.isStoredSo)
    // What a program makes of it that keeps the colors and no more: train and void come first.
    let small = [palette[19], palette[255], palette[0], palette[1]]
    let renumbered = try LabelMask(decoding: png([2, 0, 1, 3], small))
    #expect(renumbered.classes.samples == indices && !renumbered.isStoredSo)
  }

  @Test func unusedColorsDoNotCount() throws {
    #expect(try classes(png([0, 1, 1], [palette[0], palette[12], [1, 2, 3]])) == [0, 12, 12])
  }

  @Test func aGrayPaletteIsReadAsGray() throws {
    #expect(
      try classes(png([0, 1, 2], [[0, 0, 0], [255, 255, 255], [7, 7, 7]])) == [0, 255, 7])
    // Mid-gray is VOC's bus, where all else is VOC's too.
    #expect(try classes(png([0, 1, 2], [palette[0], palette[7], palette[3]])) == [0, 7, 3])
  }

  @Test func colorsThatNameNoClassAreRefused() throws {
    let file = try png([0, 1, 2], [palette[0], palette[5], [9, 200, 4]])
    let error = failure { _ = try classes(file) }
    #expect(error?.description.contains("index 2 the color (9, 200, 4)") == true)
    #expect(error?.description.contains("VOC's palette") == true)
  }

  @Test func aColorPictureIsNoMask() throws {
    let color = try Picture(width: 2, height: 1, channels: 3).encodedPNG()
    #expect(failure { _ = try classes(color) }?.description.contains("8-bit RGB") == true)
  }

  /// Files of 1, 2 and 4 bits, made by zlib from rows of samples.
  private static let shallow: [(String, stored: [UInt8], expanded: [UInt8])] = [
    (
      "89504e470d0a1a0a0000000d4948445200000002000000010100000000dc5942270000000a494441"
        + "54789c63700000004200412937f4ef0000000049454e44ae426082",
      [0, 1], [0, 255]
    ),
    (
      "89504e470d0a1a0a0000000d494844520000000400000001020000000096e748b00000000a494441"
        + "54789c63900600001d001c8ef4f5210000000049454e44ae426082",
      [0, 1, 2, 3], [0, 85, 170, 255]
    ),
    (
      "89504e470d0a1a0a0000000d494844520000000400000001040000000019a7bd100000000b494441"
        + "54789c6360d4070000340031766fa2d10000000049454e44ae426082",
      [0, 1, 2, 15], [0, 17, 34, 255]
    ),
  ]

  @Test(arguments: shallow)
  func graySamplesAreExpandedAsTheStandardSays(
    _ hex: String, _ stored: [UInt8], _ expanded: [UInt8]
  ) throws {
    let file = bytes(hex: hex)
    #expect(try Picture(decoding: file, as: .paletteIndices).samples == stored)
    let mask = try LabelMask(decoding: file)
    #expect(mask.classes.samples == expanded && !mask.isStoredSo)
  }

  @Test func grayOfEightBitsIsTheClassItself() throws {
    let file = try Picture(width: 3, height: 1, channels: 1, samples: [0, 20, 255]).encodedPNG()
    let mask = try LabelMask(decoding: file)
    #expect(mask.classes.samples == [0, 20, 255] && mask.isStoredSo)
  }
}
