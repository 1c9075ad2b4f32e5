internal import Images

/// On which pixels annotations were made: those of the file, or those of the picture that is made
/// of them by its EXIF orientation.
struct AnnotationFrame: Sendable {
  /// The size of the picture that the annotations are for.
  let width, height: Int
  /// How the annotations are still to be turned, so that they follow the picture; 1 is not at all.
  let orientation: Int

  /// The frame of annotations for a picture of this size (0 where they state none); nil where the
  /// picture has that size neither as it is stored nor upright.
  ///
  /// Where the size does not tell, annotations are for the stored pixels, as the VOC devkit's are.
  init?(width: Int, height: Int, of header: ImageHeader) {
    func isFor(_ columns: Int, _ rows: Int) -> Bool {
      (width == 0 || width == columns) && (height == 0 || height == rows)
    }
    if isFor(header.storedWidth, header.storedHeight) {
      (self.width, self.height) = (header.storedWidth, header.storedHeight)
      orientation = header.orientation
    } else if isFor(header.width, header.height) {
      (self.width, self.height, orientation) = (header.width, header.height, 1)
    } else {
      return nil
    }
  }

  /// Whether annotations are to be turned.
  var isTurned: Bool { orientation != 1 }

  /// What a report says of so many turned annotations.
  static func note(_ count: Int) -> String {
    "\(count) annotations were turned with their pictures, as EXIF says"
  }

  /// A box of these annotations, in the upright picture.
  func upright(_ box: Box) -> Box {
    let (a, b) = (upright(box.xMin, box.yMin), upright(box.xMax, box.yMax))
    return Box(
      xMin: min(a.x, b.x), yMin: min(a.y, b.y), xMax: max(a.x, b.x), yMax: max(a.y, b.y))
  }

  /// Where a pixel lies in the upright picture; the inverse of `Picture.turnedUpright`.
  private func upright(_ x: Float, _ y: Float) -> (x: Float, y: Float) {
    let (right, bottom) = (Float(width - 1), Float(height - 1))
    return switch orientation {
    case 2: (right - x, y)
    case 3: (right - x, bottom - y)
    case 4: (x, bottom - y)
    case 5: (y, x)
    case 6: (bottom - y, x)
    case 7: (bottom - y, right - x)
    case 8: (y, right - x)
    default: (x, y)
    }
  }
}

extension ImageHeader {
  /// What may explain that annotations do not fit: a picture that its EXIF orientation lays on its
  /// side. Empty where that is not so.
  var exifWords: String {
    guard orientation >= 5 else { return "" }
    return " (it is stored as \(storedWidth) x \(storedHeight) and turned by its EXIF orientation "
      + "\(orientation))"
  }

  /// The remedy to go with these words, or else `other`.
  func exifRemedy(_ other: String) -> String {
    orientation >= 5 ? "turn the pixels of the picture and remove its EXIF orientation" : other
  }
}
