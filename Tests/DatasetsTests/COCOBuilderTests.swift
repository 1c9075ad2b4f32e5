import Datasets
import Foundation
import Images
import TestSupport
import Testing

@Suite struct COCOBuilderTests {
  let folder = try! TemporaryFolder()
  var path: String { folder.file("d.h5") }

  private var builder: COCOBuilder {
    COCOBuilder(
      parts: [.init(images: folder.file("val2017"), annotations: folder.file("a.json"))])
  }

  /// An annotation file as a tree that tests change before it is written.
  private var content: [String: Any] {
    let categories: [[String: Any]] = [["id": 90, "name": "dog"], ["id": 3, "name": "cat"]]
    let images: [[String: Any]] = [
      ["id": 7, "file_name": "b.jpg", "width": 20, "height": 10],
      ["id": 5, "file_name": "a.jpg", "width": 20, "height": 10],
    ]
    let annotations: [[String: Any]] = [
      [
        "id": 1, "image_id": 7, "category_id": 90, "bbox": [2.0, 3.0, 4.0, 5.0], "area": 20.0,
        "iscrowd": 0, "segmentation": [[2, 3, 6, 3, 6, 8, 2, 8]],
      ],
      [
        "id": 2, "image_id": 7, "category_id": 3, "bbox": [5.0, 0.0, 30.0, 4.0], "area": 60.0,
        "iscrowd": 1, "segmentation": ["size": [10, 20], "counts": [50, 4, 146]],
      ],
      [
        "id": 3, "image_id": 7, "category_id": 3, "bbox": [5.0, 5.0, 0.0, 4.0], "area": 0.0,
        "iscrowd": 0, "segmentation": [[5, 5, 5, 9, 5, 9]],
      ],
    ]
    return ["info": [:], "images": images, "categories": categories, "annotations": annotations]
  }

  private func write(_ change: (inout [String: Any]) -> Void = { _ in }) throws {
    for name in ["a", "b"] {
      try Samples.write(Samples.jpeg(20, 10), folder.file("val2017/\(name).jpg"))
    }
    var tree = content
    change(&tree)
    try JSONSerialization.data(withJSONObject: tree).write(to: URL(filePath: folder.file("a.json")))
  }

  /// What the builder says when one field of the annotation at `place` is another.
  private func refusal(_ place: Int, _ key: String, _ value: Any) throws -> String {
    try write { tree in
      var annotations = tree["annotations"] as! [[String: Any]]
      annotations[place][key] = value
      tree["annotations"] = annotations
    }
    return words { _ = try builder.build(to: path) }
  }

  @Test func annotationsBecomeADataset() throws {
    try write()
    let report = try builder.build(to: path)
    #expect(
      report.notes == [
        "1 objects without area were dropped", "1 boxes were clipped to their pictures",
      ])
    let dataset = try Dataset(opening: path)
    // Category ids are not contiguous, and files are in any order.
    #expect(dataset.classes == ["cat", "dog"] && dataset.ids == ["a", "b"])
    #expect(dataset.splits == ["val2017": [0, 1]] && dataset.source == "coco val2017")
    #expect(dataset.presence(of: 0) == [-1, -1] && dataset.presence(of: 1) == [0, 1])
    #expect(dataset.boxes(of: 0).isEmpty)
    #expect(
      dataset.boxes(of: 1) == [
        BoxAnnotation(
          box: Box(xMin: 2, yMin: 3, xMax: 5, yMax: 7), classIndex: 1, isDifficult: false),
        BoxAnnotation(
          box: Box(xMin: 5, yMin: 0, xMax: 19, yMax: 3), classIndex: 0, isDifficult: true),
      ])
    #expect(try dataset.mask(0)?.samples == [UInt8](repeating: 0, count: 200))
    let mask = try #require(try dataset.mask(1))
    let rows = (0..<10).map { y in Array(mask.samples[y * 20..<y * 20 + 8]) }
    #expect(rows[0] == [0, 0, 0, 0, 0, 1, 0, 0])
    // Column 5 is cat down to row 3 and dog from there: where both are, neither counts.
    #expect(rows[3] == [0, 0, 2, 2, 2, 255, 0, 0] && rows[7] == [0, 0, 2, 2, 2, 2, 0, 0])
    #expect(rows[8] == [UInt8](repeating: 0, count: 8))
    #expect(dataset.verify().isSound)
  }

  private struct Shape: Decodable {
    let width, height: Int
    let rows: [String]
  }

  @Test func shapesHaveThePixelsThatCOCOsToolsGiveThem() throws {
    let data = try Data(
      contentsOf: URL(
        filePath: SharedData.packagePath("Tests/DatasetsTests/Golden/coco.json")))
    let shapes = try JSONDecoder().decode([Shape].self, from: data)
    let trees = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    #expect(shapes.count == 40)
    var (images, annotations): ([[String: Any]], [[String: Any]]) = ([], [])
    for (number, shape) in shapes.enumerated() {
      let name = "\(number + 100).jpg"
      try Samples.write(
        Samples.jpeg(shape.width, shape.height), folder.file("val2017/\(name)"))
      images.append([
        "id": number, "file_name": name, "width": shape.width, "height": shape.height,
      ])
      annotations.append([
        "image_id": number, "category_id": 3, "bbox": [0, 0, 5, 5],
        "segmentation": trees[number]["segmentation"]!,
      ])
    }
    try write {
      $0["images"] = images
      $0["annotations"] = annotations
    }
    _ = try builder.build(to: path)
    let dataset = try Dataset(opening: path)
    for (number, shape) in shapes.enumerated() {
      let pixels = try #require(try dataset.mask(number)).samples
      let rows = (0..<shape.height).map { y in
        String(pixels[y * shape.width..<(y + 1) * shape.width].map { $0 == 1 ? "#" : "." })
      }
      #expect(rows == shape.rows, "shape \(number)")
    }
  }

  @Test func mistakesAreNamed() throws {
    #expect(try refusal(0, "category_id", 4).contains("annotations[0]]: there is no category 4"))
    #expect(try refusal(0, "image_id", 9).contains("there is no image 9"))
    #expect(try refusal(0, "bbox", "wide").contains("annotations[0].bbox is not what COCO has"))
    #expect(try refusal(0, "bbox", [1, 2, 3]).contains("image 'b', annotation 1]: its bbox"))
    #expect(
      try refusal(0, "segmentation", [[1, 2, 3, 4, 1e300, 5]]).contains("no list of polygons"))
    let sizes: [String: Any] = ["size": [20, 10], "counts": [50, 4, 146]]
    #expect(try refusal(1, "segmentation", sizes).contains("not for a picture of 20 x 10"))
    let short: [String: Any] = ["size": [10, 20], "counts": [50, 4]]
    #expect(try refusal(1, "segmentation", short).contains("annotation 2]: its segmentation"))
    let text: [String: Any] = ["size": [10, 20], "counts": "b\u{7F}"]
    #expect(try refusal(1, "segmentation", text).contains("runs that cannot be decoded"))
    try write { $0["categories"] = nil }
    #expect(words { _ = try builder.build(to: path) }.contains("it has no 'categories'"))
    try write {
      $0["images"] = [["id": 7, "file_name": "b.jpg", "width": 10, "height": 20]]
      $0["annotations"] = [[String: Any]]()
    }
    let other = words { _ = try builder.build(to: path) }
    #expect(other.contains("picture of 10 x 20") && other.contains("b.jpg is 20 x 10"))
    try Samples.write(#"{"annotations": [{"bbox": [1, NaN"#, folder.file("a.json"))
    #expect(
      words { _ = try builder.build(to: path) }.contains(
        "a.json [line 1, column 31: annotations[0].bbox[1]]: it is not JSON: 'NaN' is no number"))
    try Samples.write(#"{"images": [{"id": 1"#, folder.file("a.json"))
    #expect(
      words { _ = try builder.build(to: path) }.contains(
        "a.json [line 1, column 21: images[0]]: it is not JSON: it ends here"))
    #expect(!folder.names.contains("d.h5"))
  }

  /// The dataset where one field of the annotation at `place` is another, and the report's notes.
  private func built(
    _ place: Int, _ key: String, _ value: Any
  ) throws -> (dataset: Dataset, notes: [String]) {
    #expect(try refusal(place, key, value) == "no error")
    return (try Dataset(opening: path), try builder.build(to: path).notes)
  }

  @Test func crowdsMayBeTrueOrFalse() throws {
    #expect(try built(0, "iscrowd", true).dataset.boxes(of: 1)[0].isDifficult)
    #expect(try !built(1, "iscrowd", false).dataset.boxes(of: 1)[1].isDifficult)
    #expect(try refusal(1, "iscrowd", "no").contains("annotations[1].iscrowd is not what COCO has"))
  }

  @Test(arguments: [[], [2.0, 3, 6, 8], [2, 3, 6, 3, 6]])
  func polygonsThatEncloseNothingAreDropped(_ polygon: [Double]) throws {
    let whole: [Double] = [2, 3, 6, 3, 6, 8, 2, 8]
    let (both, notes) = try built(0, "segmentation", [polygon, whole])
    #expect(
      notes.contains(
        "1 polygons without three whole corners were dropped: image 'b', annotation 1"))
    let mask = try #require(try both.mask(1))
    let usual = try built(0, "iscrowd", 0)
    #expect(!usual.notes.contains { $0.contains("polygons") })
    #expect(try mask == usual.dataset.mask(1))
    // Without any shape left the object is somewhere in its box: nothing there is background.
    let none = try built(0, "segmentation", [polygon]).dataset
    #expect(none.boxes(of: 1) == usual.dataset.boxes(of: 1) && none.boxes(of: 1).count == 2)
    let rest = try #require(try none.mask(1))
    let rows = (0..<10).map { y in Array(rest.samples[y * 20..<y * 20 + 8]) }
    #expect(rows[0] == [0, 0, 0, 0, 0, 1, 0, 0])
    #expect(rows[3] == [0, 0, 255, 255, 255, 1, 0, 0] && rows[8] == [0, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func objectsWithoutShapeLeaveTheirPictureWithoutMask() throws {
    #expect(try refusal(0, "segmentation", [[Double]]()) == "no error")
    var dataset = try Dataset(opening: path)
    #expect(dataset.hasMask(0) && !dataset.hasMask(1))
    var plain = builder
    plain.masks = false
    _ = try plain.build(to: path)
    dataset = try Dataset(opening: path)
    #expect(!dataset.hasMasks && dataset.boxes(of: 1).count == 2)
    #expect(!dataset.summary().description.contains("of these, difficult: none"))
    #expect(try refusal(1, "iscrowd", 0) == "no error")
    let summary = try Dataset(opening: path).summary().description
    #expect(summary.contains("\nof these, difficult: none") && !summary.contains("\nof these:"))
  }
}
