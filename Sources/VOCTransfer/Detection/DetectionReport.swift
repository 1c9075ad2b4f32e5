public import Datasets
internal import Files
public import Images
public import Metrics
internal import Tensors
internal import Text

/// The detections of a split, and what is made of them: average precisions, devkit files, a sheet.
public struct DetectionReport: Sendable {
  let dataset: Dataset
  /// The records, in the order of `detections`.
  let records: [Int]
  /// What was found in each.
  let detections: [[PictureDetection]]

  /// Detections of `records` of a dataset.
  public init(_ dataset: Dataset, records: [Int], detections: [[PictureDetection]]) {
    precondition(
      records.count == detections.count,
      "DetectionReport: \(detections.count) lists for \(records.count) records")
    self.dataset = dataset
    self.records = records
    self.detections = detections
  }

  /// The average precisions by the devkit's rule of matching.
  public var averagePrecision: DetectionAP {
    var found = [[Detection]](repeating: [], count: dataset.classes.count)
    var objects = [[GroundTruthBox]](repeating: [], count: dataset.classes.count)
    for (image, record) in records.enumerated() {
      for one in detections[image] {
        found[one.classIndex].append(Detection(image: image, score: one.score, box: one.box))
      }
      for object in dataset.boxes(of: record) {
        objects[object.classIndex].append(
          GroundTruthBox(
            image: image, box: DetectionBox(object.box), isDifficult: object.isDifficult))
      }
    }
    return DetectionAP(found, to: objects, classes: dataset.classes)
  }

  /// Writes `comp4_det_SPLIT_CLASS.txt` for each class into a folder: lines of the picture's id,
  /// score and 1-based edges, as the development kits read them.
  ///
  /// Ids of datasets of several years lose the year before their slash.
  public func writeDevkitFiles(to folder: String, split: String) throws {
    try POSIXFiles.posix.makeDirectory(folder)
    for (index, name) in dataset.classes.enumerated() {
      var lines = ""
      for (image, record) in records.enumerated() {
        let id = dataset.ids[record].split(separator: "/").last ?? ""
        for one in detections[image] where one.classIndex == index {
          let edges = [one.box.xMin, one.box.yMin, one.box.xMax, one.box.yMax]
          lines +=
            "\(id) \(Table.number(one.score, digits: 6)) "
            + edges.map { Table.number($0 + 1, digits: 2) }.joined(separator: " ") + "\n"
        }
      }
      try AtomicFile.write(lines, to: "\(folder)/comp4_det_\(split)_\(name).txt")
    }
  }

  /// The first pictures with what was found at `leastScore` or above, and the annotations in white.
  public func sheet(
    pictures: Int, leastScore: Double, columns: Int = 4, title: String
  ) throws -> Picture {
    let cells = try records.prefix(pictures).enumerated().map { image, record in
      let scale = 360 / Double(dataset.size(of: record).width)
      var picture = try dataset.picture(record, .whole)
      picture = picture.resized(width: 360, height: Int((Double(picture.height) * scale).rounded()))
      for object in dataset.boxes(of: record) {
        picture.frame(
          DetectionBox(object.box), scale, color: [255, 255, 255], thickness: 1, text: "")
      }
      let shown = detections[image].filter { $0.score >= leastScore }
      // Boxes below all words, the best last.
      for one in shown.reversed() {
        picture.frame(
          one.box, scale, color: Self.color(one.classIndex), thickness: 2, text: "")
      }
      for one in shown.reversed() {
        picture.frame(
          one.box, scale, color: Self.color(one.classIndex), thickness: 2,
          text: "\(dataset.classes[one.classIndex]) \(Table.number(one.score, digits: 2))")
      }
      return Sheet.Cell(picture, label: dataset.ids[record])
    }
    return Sheet(cells, columns: min(columns, max(1, cells.count)), title: title).rendered()
  }

  /// A color for each class: steps of the golden ratio around the circle of hues, so that
  /// neighbors are far apart, in three depths, dark enough for white letters.
  private static func color(_ index: Int) -> SIMD3<UInt8> {
    let place = Double(index) * 0.618_034
    let hue = 6 * (place - place.rounded(.down))
    let depth = [0.85, 0.65, 0.5][index % 3]
    let channels = [5.0, 3, 1].map { offset -> UInt8 in
      let k = (offset + hue).truncatingRemainder(dividingBy: 6)
      return UInt8((255 * depth * (1 - 0.85 * max(0, min(k, 4 - k, 1)))).rounded())
    }
    return SIMD3(channels)
  }
}

extension Picture {
  /// Draws a box, given in pixels of the picture before it was scaled, with a label on its upper
  /// edge, or under it at the top of the picture.
  fileprivate mutating func frame(
    _ box: DetectionBox, _ scale: Double, color: SIMD3<UInt8>, thickness: Int, text: String
  ) {
    let scaled = box.scaled(x: scale, y: scale)
    let (x, y) = (Int(scaled.xMin.rounded()), Int(scaled.yMin.rounded()))
    outline(
      x: x, y: y, width: max(1, Int(scaled.xMax.rounded()) - x + 1),
      height: max(1, Int(scaled.yMax.rounded()) - y + 1), color: color, thickness: thickness)
    guard !text.isEmpty else { return }
    let (line, width) = (TextFont.small.lineHeight, TextFont.small.width(of: text) + 6)
    let top = y >= line ? y - line : y
    let left = max(0, min(x, self.width - width))
    fill(x: left, y: top, width: width, height: line, color: color)
    draw(text, x: left + 3, y: top, color: [255, 255, 255])
  }
}
