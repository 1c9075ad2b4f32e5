internal import CPNG
internal import CTurboJPEG

/// How finely a JPEG stores color compared with lightness.
public enum ChromaSampling: Sendable {
  /// One color sample for every pixel (4:4:4).
  case full
  /// One color sample for every 2 x 2 pixels (4:2:0), as most photographs have it.
  case half
}

extension Picture {
  /// The picture as a baseline JPEG; `quality` is 1...100. Alpha is dropped.
  public func encodedJPEG(
    quality: Int = 90, chroma: ChromaSampling = .half
  ) throws(ImageError) -> [UInt8] {
    precondition((1...100).contains(quality), "encodedJPEG: quality \(quality) is not in 1...100")
    guard let encoder = tjInitCompress() else {
      throw ImageError(.cannotWrite(String(cString: tjGetErrorStr2(nil))))
    }
    defer { _ = tjDestroy(encoder) }
    let layout = channels == 1 ? TJPF_GRAY : channels == 3 ? TJPF_RGB : TJPF_RGBX
    let sampling = channels == 1 ? TJSAMP_GRAY : chroma == .full ? TJSAMP_444 : TJSAMP_420
    var encoded: UnsafeMutablePointer<UInt8>?
    var count: UInt = 0
    defer { tjFree(encoded) }
    let status = samples.withUnsafeBufferPointer {
      tjCompress2(
        encoder, $0.baseAddress, Int32(width), 0, Int32(height), Int32(layout.rawValue), &encoded,
        &count, Int32(sampling.rawValue), Int32(quality), TJFLAG_ACCURATEDCT)
    }
    guard status == 0 else {
      throw ImageError(.cannotWrite(String(cString: tjGetErrorStr2(encoder))))
    }
    return [UInt8](UnsafeBufferPointer(start: encoded, count: Int(count)))
  }

  /// The picture as a PNG: gray, RGB or RGBA.
  public func encodedPNG() throws(ImageError) -> [UInt8] { try encodedPNG(entries: []) }

  /// A picture of palette indices as a palette PNG; traps when an index has no color.
  public func encodedPNG(palette: Palette) throws(ImageError) -> [UInt8] {
    precondition(channels == 1, "encodedPNG: \(channels) channels cannot be palette indices")
    let largest = Int(samples.max()!)
    precondition(
      largest < palette.colors.count,
      "encodedPNG: index \(largest) in a palette of \(palette.colors.count) colors")
    return try encodedPNG(entries: palette.colors.flatMap { [$0.x, $0.y, $0.z] })
  }

  private func encodedPNG(entries: [UInt8]) throws(ImageError) -> [UInt8] {
    var encoded: UnsafeMutablePointer<UInt8>?
    var count = 0
    var message = [CChar](repeating: 0, count: 256)
    let status = cpng_encode(
      samples, 8, UInt32(width), UInt32(height), Int32(channels), entries,
      Int32(entries.count / 3), &encoded, &count, &message, message.count)
    guard status == 0 else { throw ImageError(.cannotWrite(text(message))) }
    defer { cpng_free(encoded) }
    return [UInt8](UnsafeBufferPointer(start: encoded, count: count))
  }
}
