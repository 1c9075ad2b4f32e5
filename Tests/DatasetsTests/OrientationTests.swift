import Datasets
import Foundation
import Images
import Testing

/// Boxes and masks follow pictures that EXIF turns.
@Suite struct OrientationTests {
  let folder = try! TemporaryFolder()
  var path: String { folder.file("d.h5") }
  var root: String { folder.file("VOC2007") }

  /// As stored, the object covers columns 2 to 5 and rows 1 and 2 of 20 x 10 pixels.
  private static let stored = Box(xMin: 2, yMin: 1, xMax: 5, yMax: 2)
  /// Where it is in the picture upright, for each orientation in turn: EXIF 2.3 says at which side
  /// the first row and the first column as stored are seen.
  static let upright: [Box] = [
    Box(xMin: 2, yMin: 1, xMax: 5, yMax: 2), Box(xMin: 14, yMin: 1, xMax: 17, yMax: 2),
    Box(xMin: 14, yMin: 7, xMax: 17, yMax: 8), Box(xMin: 2, yMin: 7, xMax: 5, yMax: 8),
    Box(xMin: 1, yMin: 2, xMax: 2, yMax: 5), Box(xMin: 7, yMin: 2, xMax: 8, yMax: 5),
    Box(xMin: 7, yMin: 14, xMax: 8, yMax: 17), Box(xMin: 1, yMin: 14, xMax: 2, yMax: 17),
  ]

  /// The pixels of a mask that holds `value` inside a box.
  private func mask(_ box: Box, _ width: Int, _ height: Int, _ value: UInt8) -> Picture {
    var mask = Picture(width: width, height: height, channels: 1)
    for y in Int(box.yMin)...Int(box.yMax) {
      for x in Int(box.xMin)...Int(box.xMax) { mask.samples[y * width + x] = value }
    }
    return mask
  }

  private func annotation(_ box: Box, size: (Int, Int)) -> String {
    let (x, y) = (Double(box.xMin) + 1, Double(box.yMin) + 1)
    let (right, bottom) = (Double(box.xMax) + 1, Double(box.yMax) + 1)
    return Samples.annotation("dog", (x, y, right, bottom), size: size)
  }

  /// A devkit of one picture of 20 x 10 stored pixels, whose annotation states `size`, with a dog
  /// in `box` and a mask of the same size.
  private func writeVOC(_ orientation: Int, _ box: Box, size: (Int, Int), mask: Bool = true) throws
  {
    try Samples.write(
      Samples.jpeg(20, 10, orientation: orientation), "\(root)/JPEGImages/a.jpg")
    try Samples.write(annotation(box, size: size), "\(root)/Annotations/a.xml")
    if mask {
      let picture = self.mask(box, size.0, size.1, 12)
      try Samples.write(try picture.encodedPNG(palette: .voc), "\(root)/SegmentationClass/a.png")
    }
  }

  private func buildVOC() throws -> (Dataset, [String]) {
    let notes = try VOCBuilder(devkit: root).build(to: path).notes
    return (try Dataset(opening: path), notes)
  }

  private func expect(_ dataset: Dataset, _ orientation: Int, class number: UInt8) throws {
    let box = Self.upright[orientation - 1]
    #expect(dataset.boxes(of: 0).map(\.box) == [box])
    let size = dataset.size(of: 0)
    #expect(try dataset.mask(0) == mask(box, size.width, size.height, number))
    #expect((size.width < size.height) == (orientation >= 5))
    #expect(dataset.verify().isSound)
  }

  @Test(arguments: 1...8) func thoseOfVOCFollowThePicture(_ orientation: Int) throws {
    try writeVOC(orientation, Self.stored, size: (20, 10))
    let (dataset, notes) = try buildVOC()
    try expect(dataset, orientation, class: 12)
    let note = "1 annotations were turned with their pictures, as EXIF says"
    #expect(notes.filter { $0.contains("EXIF") } == (orientation == 1 ? [] : [note]))
  }

  @Test(arguments: 5...8) func thoseOfVOCMadeOnTheTurnedPictureAreLeft(_ orientation: Int) throws {
    try writeVOC(orientation, Self.upright[orientation - 1], size: (10, 20))
    let (dataset, notes) = try buildVOC()
    try expect(dataset, orientation, class: 12)
    #expect(!notes.contains { $0.contains("EXIF") })
  }

  @Test func whereTheAnnotationStatesNoSizeTheMaskTells() throws {
    try writeVOC(6, Self.upright[5], size: (10, 20))
    try Samples.write(annotation(Self.upright[5], size: (0, 0)), "\(root)/Annotations/a.xml")
    try expect(try buildVOC().0, 6, class: 12)
  }

  @Test func contradictionsNameEXIF() throws {
    try writeVOC(6, Self.stored, size: (40, 10), mask: false)
    let annotation = words { _ = try buildVOC() }
    #expect(annotation.contains("is 10 x 20 (it is stored as 20 x 10 and turned by its EXIF"))
    #expect(annotation.contains("orientation 6") && annotation.contains("remove its EXIF"))
    try writeVOC(6, Self.stored, size: (20, 10))
    try Samples.write(Samples.mask(20, 20, 0), "\(root)/SegmentationClass/a.png")
    #expect(words { _ = try buildVOC() }.contains("EXIF orientation 6"))
    try FileManager.default.removeItem(atPath: "\(root)/SegmentationClass/a.png")
    try writeVOC(3, Self.stored, size: (10, 20), mask: false)
    let other = words { _ = try buildVOC() }
    #expect(other.contains("is 20 x 10") && !other.contains("EXIF"))
  }

  /// The dataset of a COCO file of one picture of the stated size, with a dog in `box`.
  private func buildCOCO(_ orientation: Int, _ box: Box, size: (Int, Int)) throws -> Dataset {
    try Samples.write(
      Samples.jpeg(20, 10, orientation: orientation), folder.file("pictures/a.jpg"))
    let (x, y) = (Double(box.xMin), Double(box.yMin))
    let (right, bottom) = (Double(box.xMax) + 1, Double(box.yMax) + 1)
    let dog: [String: Any] = [
      "image_id": 1, "category_id": 7, "bbox": [x, y, right - x, bottom - y],
      "segmentation": [[x, y, right, y, right, bottom, x, bottom]],
    ]
    let tree: [String: Any] = [
      "images": [["id": 1, "file_name": "a.jpg", "width": size.0, "height": size.1]],
      "categories": [["id": 7, "name": "dog"]], "annotations": [dog],
    ]
    try JSONSerialization.data(withJSONObject: tree).write(to: URL(filePath: folder.file("a.json")))
    let part = COCOBuilder.Part(
      images: folder.file("pictures"), annotations: folder.file("a.json"))
    _ = try COCOBuilder(parts: [part]).build(to: path)
    return try Dataset(opening: path)
  }

  @Test(arguments: 1...8) func thoseOfCOCOFollowThePicture(_ orientation: Int) throws {
    try expect(buildCOCO(orientation, Self.stored, size: (20, 10)), orientation, class: 1)
  }

  @Test(arguments: 5...8) func thoseOfCOCOMadeOnTheTurnedPictureAreLeft(_ orientation: Int) throws {
    let box = Self.upright[orientation - 1]
    try expect(buildCOCO(orientation, box, size: (10, 20)), orientation, class: 1)
    let refusal = words { _ = try buildCOCO(orientation, box, size: (10, 10)) }
    #expect(refusal.contains("EXIF orientation \(orientation)"))
  }
}
