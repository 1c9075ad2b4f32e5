internal import CPNG

/// A picture of 16-bit samples, interleaved, row by row from the top: what a scan or a 16-bit PNG
/// holds. Everything but reading, writing and lightness is done on its 8-bit `picture`.
public struct DeepPicture: Sendable, Equatable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Samples per pixel: 3 (sRGB) or 4 (sRGB and straight alpha).
  public let channels: Int
  /// `height * width * channels` samples.
  public var samples: [UInt16]

  /// A picture of these samples; traps when their number is not `width * height * channels`.
  public init(width: Int, height: Int, channels: Int, samples: [UInt16]) {
    precondition(
      width > 0 && height > 0 && (3...4).contains(channels)
        && samples.count == width * height * channels,
      "DeepPicture: \(samples.count) samples cannot fill \(width) x \(height) x \(channels)")
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  /// Whether an encoded picture has more than 8 bits a sample, so that reading it as a `Picture`
  /// would lose some.
  public static func holds(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> Bool {
    let header = try ImageHeader(of: bytes)
    return header.format == .png && header.bitDepth == 16
  }

  /// Decodes a PNG of any depth; gray is repeated, alpha is kept where the file has some, and a
  /// color profile is followed unless `profiles` says otherwise.
  public init(
    decodingPNG bytes: UnsafeRawBufferPointer, profiles: ColorProfiles = .convert
  ) throws(ImageError) {
    let header = try ImageHeader(of: bytes)
    guard header.format == .png else {
      throw ImageError(.unsupported("a JPEG of 16 bits per sample"))
    }
    let hasAlpha = header.channels == 2 || header.channels == 4
    let channels = hasAlpha ? 4 : 3
    let count = header.width * header.height * channels
    var status: Int32 = 0
    var message = [CChar](repeating: 0, count: 256)
    let samples = [UInt16](unsafeUninitializedCapacity: count) { out, initialized in
      status = cpng_decode(
        bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count,
        Int32((hasAlpha ? CPNG_RGBA : CPNG_RGB).rawValue), 16, out.baseAddress, count * 2, &message,
        message.count)
      initialized = status == 0 ? count : 0
    }
    if status == 1 { throw ImageError(.truncated(at: bytes.count)) }
    if status != 0 { throw ImageError(.damaged(text(message))) }
    self.init(width: header.width, height: header.height, channels: channels, samples: samples)
    profiles.conversion(for: bytes, header, stride: channels, depth: 16)?
      .apply(to: &self.samples, channels: channels)
  }

  /// The picture with 8-bit samples, rounded.
  public var picture: Picture {
    Picture(
      width: width, height: height, channels: channels,
      samples: samples.map { UInt8((UInt32($0) * 255 + 32_767) / 65_535) })
  }

  /// The picture as a 16-bit PNG: RGB or RGBA.
  public func encodedPNG() throws(ImageError) -> [UInt8] {
    var encoded: UnsafeMutablePointer<UInt8>?
    var count = 0
    var message = [CChar](repeating: 0, count: 256)
    let status = cpng_encode(
      samples, 16, UInt32(width), UInt32(height), Int32(channels), nil, 0, &encoded, &count,
      &message, message.count)
    guard status == 0 else { throw ImageError(.cannotWrite(text(message))) }
    defer { cpng_free(encoded) }
    return [UInt8](UnsafeBufferPointer(start: encoded, count: count))
  }

  /// Writes the picture as a 16-bit PNG to `path`, whole or not at all.
  public func write(to path: String) throws(ImageError) {
    do throws(ImageError) { try replaceFile(at: path, with: encodedPNG()) } catch {
      throw error.naming(path)
    }
  }
}

/// A picture file as it was found: of 8 or of 16 bits a sample.
public enum StoredPicture: Sendable, Equatable {
  /// At most 8 bits a sample; 3 channels, or 4 where the file has alpha.
  case shallow(Picture)
  /// 16 bits a sample.
  case deep(DeepPicture)

  /// Reads the JPEG or PNG file at `path`; errors name it.
  public init(
    contentsOfFile path: String, profiles: ColorProfiles = .convert
  ) throws(ImageError) {
    let bytes = try contents(ofFile: path)
    let result = bytes.withUnsafeBytes { raw in
      Result { () throws(ImageError) in
        if try DeepPicture.holds(raw) {
          return Self.deep(try DeepPicture(decodingPNG: raw, profiles: profiles))
        }
        let picture = try Picture(decoding: raw, as: .rgba, profiles: profiles)
        let isOpaque = stride(from: 3, to: picture.samples.count, by: 4)
          .allSatisfy { picture.samples[$0] == 255 }
        return .shallow(isOpaque ? picture.withoutAlpha() : picture)
      }
    }
    do throws(ImageError) { self = try result.get() } catch { throw error.naming(path) }
  }

  /// The picture with 8-bit samples.
  public var picture: Picture {
    switch self {
    case .shallow(let picture): picture
    case .deep(let picture): picture.picture
    }
  }

  /// Writes the picture as a PNG of its depth to `path`, whole or not at all.
  public func write(to path: String) throws(ImageError) {
    switch self {
    case .shallow(let picture): try picture.write(to: path)
    case .deep(let picture): try picture.write(to: path)
    }
  }
}
