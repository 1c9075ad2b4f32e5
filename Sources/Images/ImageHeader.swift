/// What the first bytes of an encoded picture say about it, found without decoding.
public struct ImageHeader: Sendable, Equatable {
  /// The encodings that are read.
  public enum Format: Sendable { case jpeg, png }

  /// The most pixels a picture may have; larger ones are refused before memory is taken.
  public static let largestPixelCount = 100_000_000

  /// The encoding, judged by the bytes and not by a file name.
  public let format: Format
  /// Columns of the upright picture, that is, after the EXIF orientation has been applied.
  public let width: Int
  /// Rows of the upright picture.
  public let height: Int
  /// Stored samples per pixel: 1 (gray, palette), 2 (gray and alpha), 3 or 4 (RGBA, CMYK).
  public let channels: Int
  /// Bits per stored sample.
  public let bitDepth: Int

  /// EXIF orientation, 1...8: how the stored pixels are turned to make the upright picture, which
  /// 1 says they are already.
  public let orientation: Int
  /// Columns of the pixels as stored, before they are turned.
  public var storedWidth: Int { orientation >= 5 ? height : width }
  /// Rows of the pixels as stored.
  public var storedHeight: Int { orientation >= 5 ? width : height }

  /// Whether samples index a palette.
  let hasPalette: Bool

  /// Reads the header of an encoded picture; throws when the bytes are no JPEG or PNG, end within
  /// the header, or announce more than `largestPixelCount` pixels.
  public init(of bytes: UnsafeRawBufferPointer) throws(ImageError) {
    if bytes.count >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF {
      try self.init(jpeg: JPEGMarkers(of: bytes))
    } else if bytes.count >= 8 && bytes.loadUnaligned(as: UInt64.self).bigEndian == pngSignature {
      try self.init(png: bytes)
    } else {
      throw ImageError(.notAnImage(looksLike: kind(of: bytes)))
    }
    guard width > 0 && height > 0 else {
      throw ImageError(.damaged("its header says \(width) x \(height) pixels"))
    }
    let pixels = width.multipliedReportingOverflow(by: height)
    guard !pixels.overflow, pixels.partialValue <= Self.largestPixelCount else {
      throw ImageError(.tooLarge(width: width, height: height))
    }
  }

  private init(jpeg: JPEGMarkers) {
    let isSideways = jpeg.orientation >= 5
    format = .jpeg
    width = isSideways ? jpeg.height : jpeg.width
    height = isSideways ? jpeg.width : jpeg.height
    channels = jpeg.components
    bitDepth = jpeg.precision
    orientation = jpeg.orientation
    hasPalette = false
  }

  private init(png bytes: UnsafeRawBufferPointer) throws(ImageError) {
    guard bytes.count >= 33 else { throw ImageError(.truncated(at: bytes.count)) }
    func word(_ offset: Int) -> UInt32 {
      bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).bigEndian
    }
    guard word(8) == 13 && word(12) == 0x4948_4452 else {
      throw ImageError(.damaged("its first chunk is not IHDR"))
    }
    let channelsOfType: [UInt8: Int] = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4]
    guard let channels = channelsOfType[bytes[25]] else {
      throw ImageError(.damaged("PNG color type \(bytes[25]) does not exist"))
    }
    format = .png
    width = Int(word(16))
    height = Int(word(20))
    self.channels = channels
    bitDepth = Int(bytes[24])
    orientation = 1
    hasPalette = bytes[25] == 3
  }
}

private let pngSignature: UInt64 = 0x8950_4E47_0D0A_1A0A
