internal import ColorScience

/// What the samples of a decoded picture mean.
public enum ColorSpace: Sendable {
  /// Three sRGB samples; alpha is dropped, gray repeated, palettes looked up.
  case rgb
  /// Three sRGB samples and straight alpha (255 where the file has none).
  case rgba
  /// One sample, the luma of Rec. 601.
  case gray
  /// One sample as stored in a palette or gray PNG of at most 8 bits: a label mask.
  case paletteIndices

  var channels: Int {
    switch self {
    case .rgb: 3
    case .rgba: 4
    case .gray, .paletteIndices: 1
    }
  }
}

extension Picture {
  /// Decodes a JPEG or PNG, upright.
  ///
  /// A picture with a color profile that is not sRGB's is converted, unless `profiles` says that
  /// samples are taken as they are (`ColorProfiles`).
  /// Truncated data, damage, and every warning of the decoder are errors.
  public init(
    decoding bytes: UnsafeRawBufferPointer, as space: ColorSpace = .rgb,
    _ size: DecodingSize = .whole, profiles: ColorProfiles = .convert
  ) throws(ImageError) {
    let header = try ImageHeader(of: bytes)
    guard let conversion = profiles.conversion(for: bytes, header, as: space) else {
      self = try Self.decoded(bytes, header, as: space, size)
      return
    }
    var picture = try Self.decoded(bytes, header, as: conversion.source(of: space), size)
    conversion.apply(to: &picture.samples, channels: picture.channels)
    self = space == .gray && picture.channels > 1 ? picture.luma() : picture
  }

  /// Decodes a JPEG or PNG held in an array; see `init(decoding:as:_:profiles:)`.
  public init(
    decoding bytes: [UInt8], as space: ColorSpace = .rgb, _ size: DecodingSize = .whole,
    profiles: ColorProfiles = .convert
  ) throws(ImageError) {
    let result = bytes.withUnsafeBytes { raw in
      Result { () throws(ImageError) in
        try Picture(decoding: raw, as: space, size, profiles: profiles)
      }
    }
    self = try result.get()
  }

  /// The samples as they are stored.
  private static func decoded(
    _ bytes: UnsafeRawBufferPointer, _ header: ImageHeader, as space: ColorSpace,
    _ size: DecodingSize
  ) throws(ImageError) -> Picture {
    switch header.format {
    case .jpeg: try decodedJPEG(bytes, header, as: space, size)
    case .png: try decodedPNG(bytes, header, as: space)
    }
  }

  /// The luma of an sRGB picture, as Pillow's `convert("L")` has it.
  func luma() -> Picture {
    precondition(channels >= 3, "luma: the picture has \(channels) channels")
    let (red, green, blue) = Luma.fixedPoint
    var gray = [UInt8](repeating: 0, count: width * height)
    for pixel in 0..<gray.count {
      let at = pixel * channels
      let sum =
        Int32(samples[at]) &* red &+ Int32(samples[at + 1]) &* green
        &+ Int32(samples[at + 2]) &* blue
      gray[pixel] = UInt8(truncatingIfNeeded: (sum &+ 0x8000) >> 16)
    }
    return Picture(width: width, height: height, channels: 1, samples: gray)
  }
}
