/// What becomes of a picture with a color profile (ICC) that is not sRGB's.
///
/// Photographs in Adobe RGB, Display P3 or ProPhoto RGB look paler than they are where their
/// samples are taken for sRGB, and gray ones with a profile darker or lighter.
public enum ColorProfiles: String, Sendable, Hashable, Codable, CaseIterable {
  /// Samples become those of the same colors in sRGB, by Little CMS: relative colorimetric, colors
  /// outside of sRGB at its edge. Pictures without a profile, with one that changes no color by
  /// more than 2 of 255 steps (the many forms of sRGB), or with one that cannot be used (damaged,
  /// or of other colors than are stored, such as those of inks) keep their samples.
  case convert
  /// All samples are taken as they are, as Pillow and torchvision do.
  case ignore
}

/// What the color profile of a picture is.
public enum ColorProfile: Sendable, Hashable {
  /// There is none.
  case absent
  /// One that means sRGB.
  case sRGB
  /// Another, by the name that it has for itself.
  case other(String)
  /// One that is damaged or of other colors than the picture stores, such as those of inks.
  case unusable

  /// The profile of an encoded picture; throws where its header cannot be read.
  public init(of bytes: [UInt8]) throws(ImageError) {
    let result = bytes.withUnsafeBytes { raw in
      Result { () throws(ImageError) in
        let header = try ImageHeader(of: raw)
        return Self(EmbeddedProfile(in: raw, header), header)
      }
    }
    self = try result.get()
  }

  private init(_ profile: EmbeddedProfile, _ header: ImageHeader) {
    switch profile {
    case .none: self = .absent
    case .damaged: self = .unusable
    case .bytes(let profile):
      switch ProfileVerdict.of(profile, header.colors.map { .init(colors: $0) }) {
      case .unusable: self = .unusable
      case .isSRGB: self = .sRGB
      case .converts(let conversion): self = .other(conversion.name)
      }
    }
  }
}

extension ColorProfiles {
  /// How the samples of a picture are to be converted; nil where they are not.
  func conversion(
    for bytes: UnsafeRawBufferPointer, _ header: ImageHeader, as space: ColorSpace
  ) -> ColorConversion? {
    switch space {
    case .paletteIndices: nil
    case .rgb, .gray: conversion(for: bytes, header, stride: 3, depth: 8)
    case .rgba: conversion(for: bytes, header, stride: 4, depth: 8)
    }
  }

  /// The same for pixels of `stride` samples, where they are colors, of `depth` bits.
  func conversion(
    for bytes: UnsafeRawBufferPointer, _ header: ImageHeader, stride: Int, depth: Int
  ) -> ColorConversion? {
    guard self == .convert, let colors = header.colors,
      case .bytes(let profile) = EmbeddedProfile(in: bytes, header),
      case .converts(let conversion) = ProfileVerdict.of(
        profile, .init(colors: colors, stride: colors == 1 ? 1 : stride, depth: depth))
    else { return nil }
    return conversion
  }
}

extension ImageHeader {
  /// The samples of a pixel that are its color: 1 (gray) or 3; nil where they are inks.
  fileprivate var colors: Int? {
    if format == .jpeg && channels == 4 { return nil }
    return channels >= 3 || hasPalette ? 3 : 1
  }
}
