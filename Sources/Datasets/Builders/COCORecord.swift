internal import Images

/// How COCO's objects become a record.
enum COCORecord {
  /// What was not taken as it stands.
  struct Changes {
    var dropped = 0
    var clipped = 0
    var shapeless = 0

    var notes: [String] {
      [
        dropped > 0 ? "\(dropped) objects without area were dropped" : nil,
        clipped > 0 ? "\(clipped) boxes were clipped to their pictures" : nil,
        shapeless > 0 ? "\(shapeless) pictures have objects without shape, and so no mask" : nil,
      ].compactMap { $0 }
    }
  }
}

extension COCOPlan {
  /// The record of a picture; its size must be the one the annotations are for.
  func record(
    _ entry: Entry, _ files: CheckedFiles, masks: Bool, _ changes: inout COCORecord.Changes
  ) throws(DatasetError) -> DatasetRecord {
    let (width, height) = (files.header.width, files.header.height)
    guard entry.width == width, entry.height == height else {
      throw DatasetError(
        file: part.annotations, record: "image '\(entry.candidate.id)'",
        problem: "it is for a picture of \(entry.width) x \(entry.height), but "
          + "\(entry.candidate.imagePath) is \(width) x \(height)",
        remedy: "put the pictures and their annotations together again")
    }
    var presence = [Int8](repeating: -1, count: classes.count)
    var boxes: [BoxAnnotation] = []
    for annotation in entry.annotations {
      let index = classOf[annotation.category_id]!
      let isCrowd = annotation.iscrowd == 1
      guard let box = try box(of: annotation, entry, &changes) else { continue }
      boxes.append(BoxAnnotation(box: box, classIndex: index, isDifficult: isCrowd))
      presence[index] = max(presence[index], isCrowd ? 0 : 1)
    }
    return DatasetRecord(
      id: entry.candidate.id, image: files.image, presence: presence, boxes: boxes,
      mask: masks ? try mask(entry, &changes) : nil)
  }

  /// The box in pixels of which both ends belong to it; nil where it has no area.
  ///
  /// - Source: the rules of py-faster-rcnn's `coco.py`.
  private func box(
    of annotation: COCOFile.Annotation, _ entry: Entry, _ changes: inout COCORecord.Changes
  ) throws(DatasetError) -> Box? {
    guard let edges = annotation.bbox, edges.count == 4,
      edges.allSatisfy({ abs($0) <= Double(DatasetSchema.largestSide) })
    else {
      throw error(annotation, entry, "its bbox is not [left, top, width, height]")
    }
    let box = Box(
      xMin: Float(edges[0]), yMin: Float(edges[1]),
      xMax: Float(edges[0] + max(0, edges[2] - 1)), yMax: Float(edges[1] + max(0, edges[3] - 1)))
    guard edges[2] > 0, edges[3] > 0, annotation.area ?? 1 > 0,
      let inside = box.clipped(width: entry.width, height: entry.height)
    else {
      changes.dropped += 1
      return nil
    }
    if inside != box { changes.clipped += 1 }
    return inside
  }

  /// A palette PNG of the class of each pixel; nil where an object has no shape.
  private func mask(
    _ entry: Entry, _ changes: inout COCORecord.Changes
  ) throws(DatasetError) -> [UInt8]? {
    let (width, height) = (entry.width, entry.height)
    var labels = [UInt8](repeating: 0, count: width * height)
    for annotation in entry.annotations {
      guard let shape = annotation.segmentation, !shape.isEmpty else {
        changes.shapeless += 1
        return nil
      }
      if case .polygons(let polygons) = shape, !polygons.allSatisfy(isPolygon) {
        throw error(annotation, entry, "its segmentation is no list of polygons in pixels")
      }
      guard let object = COCOMask(shape, width: width, height: height) else {
        throw error(
          annotation, entry, "its segmentation is not for a picture of \(width) x \(height)")
      }
      let label = UInt8(classOf[annotation.category_id]! + 1)
      for x in 0..<width {
        for y in 0..<height where object.pixels[x * height + y] {
          let old = labels[y * width + x]
          labels[y * width + x] = old == 0 || old == label ? label : DatasetSchema.void
        }
      }
    }
    do throws(ImageError) {
      return try Picture(width: width, height: height, channels: 1, samples: labels)
        .encodedPNG(palette: .voc)
    } catch {
      throw DatasetError(file: entry.candidate.imagePath, problem: "its mask: \(error)")
    }
  }

  /// Three corners or more, none of them out of reach.
  private func isPolygon(_ corners: [Double]) -> Bool {
    corners.count >= 6 && corners.count % 2 == 0
      && corners.allSatisfy { abs($0) <= Double(DatasetSchema.largestSide) }
  }

  private func error(
    _ annotation: COCOFile.Annotation, _ entry: Entry, _ problem: String
  ) -> DatasetError {
    DatasetError(
      file: part.annotations,
      record: "image '\(entry.candidate.id)', annotation \(annotation.id.map(String.init) ?? "?")",
      problem: problem, remedy: "correct the annotation")
  }
}

extension COCOSegmentation {
  /// Whether there is no polygon at all.
  var isEmpty: Bool { self == .polygons([]) }
}
