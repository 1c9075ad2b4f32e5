/// Why a picture could not be read or written.
public struct ImageError: Error, Equatable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Reason: Sendable, Equatable {
    /// The bytes are neither JPEG nor PNG; the text says what they look like.
    case notAnImage(looksLike: String)
    /// The data end at this byte although more must follow.
    case truncated(at: Int)
    /// The bytes contradict the format; the text says how.
    case damaged(String)
    /// A legal picture of a kind that is not read; the text says which.
    case unsupported(String)
    /// More pixels than `ImageHeader.largestPixelCount`.
    case tooLarge(width: Int, height: Int)
    /// Palette indices were asked of a picture that has none.
    case noIndices(String)
    /// A pixel of a label mask stands for no class; the text says why.
    case noClass(String)
    /// The file system refused; the text is its reason.
    case cannotRead(String)
    /// The picture could not be written; the text says why.
    case cannotWrite(String)
  }

  /// What went wrong.
  public let reason: Reason
  /// The file concerned, where there is one.
  public let file: String?

  /// A failure for this reason, in this file.
  public init(_ reason: Reason, file: String? = nil) {
    self.reason = reason
    self.file = file
  }

  /// The same failure with the file named.
  func naming(_ file: String) -> ImageError { ImageError(reason, file: file) }

  public var description: String { (file.map { $0 + ": " } ?? "") + words }

  private var words: String {
    switch reason {
    case .notAnImage(let kind):
      "this is \(kind), not an image; only JPEG and PNG are read"
    case .truncated(let byte):
      "the picture is cut short: its data end at byte \(byte); fetch the file again"
    case .damaged(let how):
      "the picture is damaged: \(how); fetch the file again or leave it out"
    case .unsupported(let what):
      "\(what) is not supported; convert the picture to 8-bit JPEG or PNG"
    case .tooLarge(let width, let height):
      "\(width) x \(height) pixels are more than the limit of "
        + "\(ImageHeader.largestPixelCount); reduce the picture first"
    case .noIndices(let kind):
      "palette indices were wanted, but this is \(kind); label masks must be palette or gray PNG"
    case .noClass(let why):
      "\(why); give masks VOC's palette, or write classes as 8-bit gray PNG"
    case .cannotRead(let why):
      "cannot read the file: \(why)"
    case .cannotWrite(let why):
      "cannot write the picture: \(why)"
    }
  }
}
