import Datasets
import Foundation
import Images
import Testing

/// Small pictures and folders made on the spot.
enum Samples {
  /// A picture whose pixels differ from place to place.
  static func picture(_ width: Int, _ height: Int, seed: Int = 0, channels: Int = 3) -> Picture {
    Picture(
      width: width, height: height, channels: channels,
      samples: (0..<width * height * channels).map { UInt8(truncatingIfNeeded: ($0 + seed) * 7) })
  }

  static func jpeg(_ width: Int, _ height: Int, seed: Int = 0) -> [UInt8] {
    try! picture(width, height, seed: seed).encodedJPEG()
  }

  /// The same with an EXIF orientation.
  static func jpeg(_ width: Int, _ height: Int, orientation: Int) -> [UInt8] {
    let plain = jpeg(width, height)
    let exif: [UInt8] = [
      0xFF, 0xE1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01,
      0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation), 0, 0, 0, 0, 0, 0,
    ]
    return Array(plain[..<2]) + exif + plain[2...]
  }

  /// A mask that holds one value.
  static func mask(_ width: Int, _ height: Int, _ value: UInt8) -> [UInt8] {
    try! Picture(width: width, height: height, channels: 1, filledWith: value).encodedPNG()
  }

  static func write(_ bytes: [UInt8], _ path: String) throws {
    let url = URL(filePath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  static func write(_ text: String, _ path: String) throws { try write(Array(text.utf8), path) }

  /// A VOC year of two pictures: a cat in `1`, a difficult dog and no mask in `2`.
  static func devkit(_ root: String) throws {
    for id in 1...2 { try write(jpeg(20, 10, seed: id), "\(root)/JPEGImages/\(id).jpg") }
    try write(annotation("cat", (1, 1, 20, 10)), "\(root)/Annotations/1.xml")
    try write(annotation("dog", (2, 3, 4, 5.5), difficult: 1), "\(root)/Annotations/2.xml")
    try write(mask(20, 10, 8), "\(root)/SegmentationClass/1.png")
    try write("1\r\n", "\(root)/ImageSets/Main/train.txt")
    try write("2\n", "\(root)/ImageSets/Main/val.txt")
    try write("2\n1\n", "\(root)/ImageSets/Main/trainval.txt")
    try write("1\n", "\(root)/ImageSets/Segmentation/train.txt")
  }

  static func annotation(
    _ name: String, _ box: (Double, Double, Double, Double), difficult: Int = 0,
    size: (Int, Int) = (20, 10)
  ) -> String {
    """
    <annotation><size><width>\(size.0)</width><height>\(size.1)</height></size><object>
    <name>\(name)</name><difficult>\(difficult)</difficult><bndbox><xmin>\(box.0)</xmin>
    <ymin>\(box.1)</ymin><xmax>\(box.2)</xmax><ymax>\(box.3)</ymax></bndbox></object></annotation>
    """
  }
}

/// The words of the error that `body` throws.
func words(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch { return "\(error)" }
}
