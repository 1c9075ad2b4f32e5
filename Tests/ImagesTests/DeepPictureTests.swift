import Foundation
import Images
import Testing

/// Pictures of 16 bits a sample.
@Suite struct DeepPictureTests {
  /// Two PNG files of 16-bit gray, one with alpha, made by zlib and struct in Python.
  static let gray = """
    iVBORw0KGgoAAAANSUhEUgAAAAIAAAACEAAAAAAHTY67AAAAEklEQVR42mNgYGBkYpjj8P8/AAZKAt5g3w+EAAAAAElFTk\
    SuQmCC
    """
  static let grayAlpha = """
    iVBORw0KGgoAAAANSUhEUgAAAAEAAAACEAQAAABjGKLvAAAAEklEQVR42mNgYvz/n6HUgPkFABBpA5LNo7XuAAAAAElFTk\
    SuQmCC
    """

  private func decoded(_ bytes: [UInt8]) throws -> DeepPicture {
    try bytes.withUnsafeBytes { try DeepPicture(decodingPNG: $0) }
  }

  @Test func allSixteenBitsAreRead() throws {
    let gray = [UInt8](Data(base64Encoded: Self.gray)!)
    let picture = try decoded(gray)
    #expect(picture.width == 2 && picture.height == 2 && picture.channels == 3)
    #expect(picture.samples == [0, 258, 40000, 65535].flatMap { [$0, $0, $0] })
    #expect(picture.picture.samples == [0, 1, 156, 255].flatMap { [$0, $0, $0] })
    #expect(try gray.withUnsafeBytes { try DeepPicture.holds($0) })
    let alpha = try decoded([UInt8](Data(base64Encoded: Self.grayAlpha)!))
    #expect(alpha.samples == [513, 513, 513, 65535, 30000, 30000, 30000, 1000])
  }

  @Test(arguments: [3, 4]) func allSixteenBitsAreWritten(_ channels: Int) throws {
    let samples = (0..<13 * 7 * channels).map { UInt16(truncatingIfNeeded: $0 &* 40_503) }
    let picture = DeepPicture(width: 13, height: 7, channels: channels, samples: samples)
    #expect(try decoded(picture.encodedPNG()) == picture)
  }

  @Test func eightBitsAreWidened() throws {
    let shallow = Picture(width: 2, height: 1, channels: 3, samples: [0, 1, 2, 128, 254, 255])
    let bytes = try shallow.encodedPNG()
    #expect(try decoded(bytes).samples == shallow.samples.map { UInt16($0) * 257 })
    #expect(try !bytes.withUnsafeBytes { try DeepPicture.holds($0) })
    #expect(try decoded(bytes).picture == shallow)
  }

  @Test func aFileIsFoundAsItIs() throws {
    let folder = NSTemporaryDirectory() + "/pigment-deep-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let deep = DeepPicture(width: 1, height: 2, channels: 3, samples: [1, 2, 3, 4, 5, 60000])
    try deep.write(to: "\(folder)/deep.png")
    #expect(try StoredPicture(contentsOfFile: "\(folder)/deep.png") == .deep(deep))
    let opaque = Picture(width: 1, height: 1, channels: 4, samples: [9, 8, 7, 255])
    try opaque.write(to: "\(folder)/opaque.png")
    #expect(
      try StoredPicture(contentsOfFile: "\(folder)/opaque.png") == .shallow(opaque.withoutAlpha()))
    let clear = Picture(width: 1, height: 1, channels: 4, samples: [9, 8, 7, 254])
    try clear.write(to: "\(folder)/clear.png")
    #expect(try StoredPicture(contentsOfFile: "\(folder)/clear.png") == .shallow(clear))
    #expect(throws: ImageError.self) { try StoredPicture(contentsOfFile: "\(folder)/none.png") }
  }

  @Test func damageIsAnError() throws {
    let bytes = try DeepPicture(
      width: 40, height: 40, channels: 3, samples: (0..<4800).map { UInt16($0 * 13 % 65536) }
    ).encodedPNG()
    #expect(throws: ImageError.self) { try decoded(Array(bytes.prefix(bytes.count / 2))) }
    #expect(throws: ImageError.self) { try decoded(Samples.jpeg) }
  }

  enum Samples {
    static let jpeg = try! Picture(width: 4, height: 4, channels: 3, filledWith: 9).encodedJPEG()
  }
}
