internal import Files
internal import Glibc

extension Picture {
  /// Decodes the JPEG or PNG file at `path`; errors name it.
  public init(
    contentsOfFile path: String, as space: ColorSpace = .rgb, _ size: DecodingSize = .whole,
    profiles: ColorProfiles = .convert
  ) throws(ImageError) {
    let bytes = try contents(ofFile: path)
    do throws(ImageError) {
      try self.init(decoding: bytes, as: space, size, profiles: profiles)
    } catch { throw error.naming(path) }
  }

  /// Writes the picture to `path`, whole or not at all.
  ///
  /// The extension decides the encoding: `.png`, or `.jpg` and `.jpeg` at quality 90.
  public func write(to path: String) throws(ImageError) {
    let name = path.lowercased()
    do throws(ImageError) {
      if name.hasSuffix(".png") {
        try replaceFile(at: path, with: encodedPNG())
      } else if name.hasSuffix(".jpg") || name.hasSuffix(".jpeg") {
        try replaceFile(at: path, with: encodedJPEG())
      } else {
        throw ImageError(.cannotWrite("the name must end in .png, .jpg or .jpeg"))
      }
    } catch { throw error.naming(path) }
  }
}

/// The bytes of a file; errors name it.
func contents(ofFile path: String) throws(ImageError) -> [UInt8] {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { throw ImageError(.cannotRead(FileError.reason()), file: path) }
  defer { close(file) }
  var status = stat()
  guard fstat(file, &status) == 0 else {
    throw ImageError(.cannotRead(FileError.reason()), file: path)
  }
  guard status.st_mode & S_IFMT != S_IFDIR else {
    throw ImageError(.cannotRead("it is a folder"), file: path)
  }
  var failure: String?
  let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
    while count < buffer.count {
      let got = read(file, buffer.baseAddress! + count, buffer.count - count)
      if got < 0 && errno == EINTR { continue }
      if got < 0 { failure = FileError.reason() }
      if got <= 0 { break }
      count += got
    }
  }
  if let failure { throw ImageError(.cannotRead(failure), file: path) }
  return bytes
}

/// Writes the bytes to `path`, whole or not at all.
func replaceFile(at path: String, with bytes: [UInt8]) throws(ImageError) {
  do { try AtomicFile.write(bytes, to: path) } catch {
    throw ImageError(.cannotWrite((error as? FileError)?.reason ?? "\(error)"))
  }
}
