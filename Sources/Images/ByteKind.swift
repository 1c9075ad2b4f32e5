/// What bytes that are neither JPEG nor PNG look like, for error messages.
func kind(of bytes: UnsafeRawBufferPointer) -> String {
  guard !bytes.isEmpty else { return "an empty file" }
  func starts(with text: StaticString, at offset: Int = 0) -> Bool {
    guard bytes.count >= offset + text.utf8CodeUnitCount else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[offset + $0] == text.utf8Start[$0] }
  }
  if starts(with: "GIF8") { return "a GIF" }
  if starts(with: "BM") && bytes.count > 14 { return "a BMP" }
  if starts(with: "RIFF") && starts(with: "WEBP", at: 8) { return "a WebP" }
  if starts(with: "II*\0") || starts(with: "MM\0*") { return "a TIFF or raw photograph" }
  if starts(with: "ftyp", at: 4) { return "a HEIC, AVIF or video file" }
  if starts(with: "%PDF") { return "a PDF document" }
  if starts(with: "PK\u{3}\u{4}") { return "a ZIP archive" }
  if bytes.count > 2 && bytes[0] == 0x1F && bytes[1] == 0x8B { return "gzip-compressed data" }
  if starts(with: "HDF\r\n", at: 1) { return "an HDF5 file" }
  let head = bytes.prefix(512)
  let isText = head.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || (0x09...0x0D).contains($0) }
  if isText {
    let first = head.first { $0 > 0x20 }
    return first == UInt8(ascii: "<") ? "a web page or XML text" : "text"
  }
  let hex = bytes.prefix(4).map { byte in
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
  return "unknown data that start with the bytes \(hex.joined(separator: " "))"
}
