import Foundation
import Images
import Testing

@Suite struct EncodingTests {
  @Test(arguments: [1, 3, 4]) func pngKeepsEverySample(_ channels: Int) throws {
    let samples = (0..<(37 * 21 * channels)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761) }
    let picture = Picture(width: 37, height: 21, channels: channels, samples: samples)
    let space: ColorSpace = channels == 1 ? .gray : channels == 3 ? .rgb : .rgba
    #expect(try Picture(decoding: picture.encodedPNG(), as: space) == picture)
  }

  @Test func masksKeepTheirIndicesAndShowTheirColors() throws {
    let mask = Picture(width: 4, height: 2, channels: 1, samples: [0, 1, 2, 15, 20, 255, 7, 0])
    let png = try mask.encodedPNG(palette: .voc)
    #expect(try Picture(decoding: png, as: .paletteIndices) == mask)
    #expect(try Picture(decoding: png, as: .rgb) == Palette.voc.colored(mask))
    // Values of the VOC development kit: background, aeroplane, bicycle, person, tvmonitor, void.
    let known: [(Int, SIMD3<UInt8>)] = [
      (0, [0, 0, 0]), (1, [128, 0, 0]), (2, [0, 128, 0]), (15, [192, 128, 128]),
      (20, [0, 64, 128]), (255, [224, 224, 192]),
    ]
    for (index, color) in known { #expect(Palette.voc.colors[index] == color) }
  }

  @Test func jpegComesCloseAndFullChromaCloser() throws {
    let picture = ramp(width: 63, height: 49)
    let half = try Picture(decoding: picture.encodedJPEG(quality: 95))
    let full = try Picture(decoding: picture.encodedJPEG(quality: 95, chroma: .full))
    let differences = (meanDifference(picture, half), meanDifference(picture, full))
    #expect(differences.0 < 3 && differences.1 < differences.0)
    let gray = Picture(width: 8, height: 8, channels: 1, filledWith: 77)
    #expect(try Picture(decoding: gray.encodedJPEG(), as: .gray) == gray)
  }

  @Test func filesAreReplacedWholeAndNothingIsLeftBeside() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pigment-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "a.png").path
    try ramp(width: 5, height: 5).write(to: path)
    try ramp(width: 9, height: 7).write(to: path)
    #expect(try Picture(contentsOfFile: path) == ramp(width: 9, height: 7))
    try ramp(width: 9, height: 7).write(to: folder.appending(path: "b.JPG").path)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
    let unknown = failure { try ramp(width: 5, height: 5).write(to: path + ".gif") }
    #expect(unknown?.description.contains("must end in .png") == true)
    let nowhere = failure { try ramp(width: 5, height: 5).write(to: "/no/folder/a.png") }
    #expect(nowhere?.description.hasPrefix("/no/folder/a.png: cannot write") == true)
  }
}
