internal import CPNG

/// Decodes a PNG by libpng.
func decodedPNG(
  _ bytes: UnsafeRawBufferPointer, _ header: ImageHeader, as space: ColorSpace
) throws(ImageError) -> Picture {
  let isColor = header.channels >= 3 || header.hasPalette
  if space == .paletteIndices && (header.bitDepth > 8 || header.channels > 1) {
    let names = [1: "gray", 2: "gray with alpha", 3: "RGB", 4: "RGBA"]
    throw ImageError(
      .noIndices("a PNG of \(header.bitDepth)-bit \(names[header.channels] ?? "") samples"))
  }
  let stored: cpng_space
  switch space {
  case .rgb: stored = CPNG_RGB
  case .rgba: stored = CPNG_RGBA
  case .gray: stored = isColor ? CPNG_RGB : CPNG_GRAY
  case .paletteIndices: stored = CPNG_INDICES
  }
  // Deflate makes at most 1032 bytes of one.
  let least = header.width * header.height / 8 * header.channels * header.bitDepth / 1032
  guard bytes.count >= least else { throw ImageError(.truncated(at: bytes.count)) }
  let channels = stored == CPNG_RGBA ? 4 : stored == CPNG_RGB ? 3 : 1
  let count = header.width * header.height * channels
  var status: Int32 = 0
  var message = [CChar](repeating: 0, count: 256)
  let samples = [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
    status = cpng_decode(
      bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, Int32(stored.rawValue), 8,
      out.baseAddress, count, &message, message.count)
    // What was not decoded is not touched: a header may promise more than there is memory.
    initialized = status == 0 ? count : 0
  }
  if status == 1 { throw ImageError(.truncated(at: bytes.count)) }
  if status != 0 { throw ImageError(.damaged(text(message))) }
  let picture = Picture(
    width: header.width, height: header.height, channels: channels, samples: samples)
  return space == .gray && isColor ? picture.luma() : picture
}

/// The text of a C string held in an array.
func text(_ characters: [CChar]) -> String {
  String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
