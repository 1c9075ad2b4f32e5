internal import CTurboJPEG

/// Decodes a JPEG by libjpeg-turbo, accurate DCT and smooth chroma upsampling.
func decodedJPEG(
  _ bytes: UnsafeRawBufferPointer, _ header: ImageHeader, as space: ColorSpace,
  _ size: DecodingSize
) throws(ImageError) -> Picture {
  if space == .paletteIndices { throw ImageError(.noIndices("a JPEG")) }
  guard header.bitDepth == 8 else {
    throw ImageError(.unsupported("a JPEG of \(header.bitDepth) bits per sample"))
  }
  let isSideways = header.orientation >= 5
  var stored = (width: header.width, height: header.height)
  let divisor = size.divisor(of: stored)
  stored = ((stored.width + divisor - 1) / divisor, (stored.height + divisor - 1) / divisor)
  if isSideways { stored = (stored.height, stored.width) }

  let isCMYK = header.channels == 4
  let layout =
    isCMYK ? TJPF_CMYK : space == .gray ? TJPF_GRAY : space == .rgb ? TJPF_RGB : TJPF_RGBA
  let channels = isCMYK ? 4 : space.channels
  var failure: String?
  let count = stored.width * stored.height * channels
  let samples = [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
    failure = decompress(bytes, into: out.baseAddress!, size: stored, layout: layout)
    // What was not decoded is not touched: a header may promise more than there is memory.
    initialized = failure == nil ? count : 0
  }
  if let failure {
    let isCut = failure.contains("Premature end") || failure.contains("ends prematurely")
    throw ImageError(isCut ? .truncated(at: bytes.count) : .damaged(failure))
  }
  var picture = Picture(
    width: stored.width, height: stored.height, channels: channels, samples: samples)
  if isCMYK { picture = picture.convertedFromCMYK(to: space) }
  return picture.turnedUpright(from: header.orientation)
}

/// Runs the decoder; the reason when it fails or warns. `out` holds the whole picture.
private func decompress(
  _ bytes: UnsafeRawBufferPointer, into out: UnsafeMutablePointer<UInt8>,
  size: (width: Int, height: Int), layout: TJPF
) -> String? {
  guard let decoder = tjInitDecompress() else { return String(cString: tjGetErrorStr2(nil)) }
  defer { _ = tjDestroy(decoder) }
  let flags = TJFLAG_STOPONWARNING | TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS
  let status = tjDecompress2(
    decoder, bytes.bindMemory(to: UInt8.self).baseAddress, UInt(bytes.count), out,
    Int32(size.width), 0, Int32(size.height), Int32(layout.rawValue), flags)
  return status == 0 ? nil : String(cString: tjGetErrorStr2(decoder))
}

extension Picture {
  /// Colors of an Adobe CMYK picture, whose samples are inverted (255 is no ink).
  ///
  /// - Source: the arithmetic of Pillow's `convert("RGB")`, which knows no profiles of inks either.
  fileprivate func convertedFromCMYK(to space: ColorSpace) -> Picture {
    var rgba = samples
    for at in stride(from: 0, to: rgba.count, by: 4) {
      let white = Int(samples[at + 3])
      for c in 0..<3 {
        let product = (255 - Int(samples[at + c])) * white + 128
        rgba[at + c] = UInt8(max(0, white - ((product >> 8) + product) >> 8))
      }
      rgba[at + 3] = 255
    }
    let picture = Picture(width: width, height: height, channels: 4, samples: rgba)
    switch space {
    case .rgba: return picture
    case .rgb: return picture.withoutAlpha()
    case .gray, .paletteIndices: return picture.luma()
    }
  }
}
