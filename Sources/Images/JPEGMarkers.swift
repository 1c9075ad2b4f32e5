/// The parts of a JPEG file's marker segments that matter before decoding.
struct JPEGMarkers {
  /// Stored columns and rows, before the orientation is applied.
  private(set) var width = 0
  private(set) var height = 0
  private(set) var components = 0
  /// Bits per sample.
  private(set) var precision = 0
  /// EXIF orientation, 1...8.
  private(set) var orientation = 1
  /// The segments that hold parts of a color profile, behind their mark: number, count and bytes.
  private(set) var profileParts: [Range<Int>] = []

  /// Walks the markers up to the frame header and the first scan.
  init(of bytes: UnsafeRawBufferPointer) throws(ImageError) {
    var at = 2
    func big16(_ offset: Int) -> Int { Int(bytes[offset]) << 8 | Int(bytes[offset + 1]) }
    while true {
      // A marker is any number of FF bytes and a code.
      guard at < bytes.count else { throw ImageError(.truncated(at: bytes.count)) }
      guard bytes[at] == 0xFF else {
        throw ImageError(.damaged("no JPEG marker stands at byte \(at)"))
      }
      while at < bytes.count && bytes[at] == 0xFF { at += 1 }
      guard at < bytes.count else { throw ImageError(.truncated(at: bytes.count)) }
      let code = bytes[at]
      at += 1
      if code == 0x01 || (0xD0...0xD7).contains(code) { continue }
      if code == 0xDA || code == 0xD9 {
        guard components > 0 else { throw ImageError(.damaged("it has no JPEG frame header")) }
        return
      }
      guard at + 2 <= bytes.count else { throw ImageError(.truncated(at: bytes.count)) }
      let length = big16(at)
      guard length >= 2 else {
        throw ImageError(.damaged("the JPEG segment at byte \(at) is \(length) bytes long"))
      }
      guard at + length <= bytes.count else { throw ImageError(.truncated(at: bytes.count)) }
      if let process = processNotRead(code) { throw ImageError(.unsupported(process)) }
      if (0xC0...0xCF).contains(code) && code != 0xC4 && code != 0xC8 && code != 0xCC {
        guard length >= 8 else { throw ImageError(.damaged("the JPEG frame header is too short")) }
        precision = Int(bytes[at + 2])
        height = big16(at + 3)
        width = big16(at + 5)
        components = Int(bytes[at + 7])
        guard [1, 3, 4].contains(components) else {
          throw ImageError(.unsupported("a JPEG of \(components) components"))
        }
      } else if code == 0xE1 {
        let segment = UnsafeRawBufferPointer(rebasing: bytes[(at + 2)..<(at + length)])
        if let found = exifOrientation(in: segment) { orientation = found }
      } else if code == 0xE2 && length >= 16
        && bytes[(at + 2)..<(at + 14)].elementsEqual(profileMark)
      {
        profileParts.append((at + 14)..<(at + length))
      }
      at += length
    }
  }
}

/// What an APP2 segment with a part of a color profile begins with.
///
/// - Source: ICC.1:2010, annex B.4.
private let profileMark = Array("ICC_PROFILE\0".utf8)

/// What a frame header of this marker announces, where it is a coding process that is not read.
///
/// - Source: ITU-T T.81, table B.1; ITU-T T.87 for JPEG-LS.
private func processNotRead(_ code: UInt8) -> String? {
  switch code {
  case 0xC3, 0xCB: "a lossless JPEG"
  case 0xC5...0xC7, 0xCD...0xCF: "a hierarchical JPEG"
  case 0xF7: "a JPEG-LS picture"
  default: nil
  }
}

/// The orientation (1...8) that an APP1 segment states, if it is EXIF and states one.
///
/// - Source: EXIF 2.3, tag 0x0112 of the first image file directory.
private func exifOrientation(in segment: UnsafeRawBufferPointer) -> Int? {
  let mark: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]
  guard segment.count >= 14 && segment.prefix(6).elementsEqual(mark) else { return nil }
  let tiff = UnsafeRawBufferPointer(rebasing: segment[6...])
  let isLittle = tiff[0] == 0x49
  func word(_ offset: Int, bytes count: Int) -> Int? {
    guard offset >= 0 && offset + count <= tiff.count else { return nil }
    return (0..<count).reduce(0) {
      $0 << 8 | Int(tiff[offset + (isLittle ? count - 1 - $1 : $1)])
    }
  }
  guard let directory = word(4, bytes: 4), let entries = word(directory, bytes: 2) else {
    return nil
  }
  for entry in 0..<entries {
    let at = directory + 2 + 12 * entry
    guard let tag = word(at, bytes: 2), let value = word(at + 8, bytes: 2) else { return nil }
    if tag == 0x0112 { return (1...8).contains(value) ? value : nil }
  }
  return nil
}
