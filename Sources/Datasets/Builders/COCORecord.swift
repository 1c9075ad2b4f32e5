internal import Images

/// How COCO's objects become a record.
enum COCORecord {
  /// What was not taken as it stands.
  struct Changes {
    var dropped = 0
    var clipped = 0
    var shapeless = 0
    var turned = 0
    /// Polygons left out, and the first few of the annotations that they are from.
    var polygons = 0
    var polygonsOf: [String] = []

    var notes: [String] {
      [
        dropped > 0 ? "\(dropped) objects without area were dropped" : nil,
        clipped > 0 ? "\(clipped) boxes were clipped to their pictures" : nil,
        shapeless > 0 ? "\(shapeless) pictures have objects without shape, and so no mask" : nil,
        polygons > 0
          ? "\(polygons) polygons without three whole corners were dropped: "
            + polygonsOf.joined(separator: ", ") : nil,
        turned > 0 ? AnnotationFrame.note(turned) : nil,
      ].compactMap { $0 }
    }
  }
}

extension COCOPlan {
  /// The record of a picture; its size must be the one the annotations are for.
  func record(
    _ entry: Entry, _ files: CheckedFiles, masks: Bool, _ changes: inout COCORecord.Changes
  ) throws(DatasetError) -> DatasetRecord {
    let header = files.header
    guard entry.width > 0, entry.height > 0,
      let frame = AnnotationFrame(width: entry.width, height: entry.height, of: header)
    else {
      throw DatasetError(
        file: part.annotations, record: "image '\(entry.candidate.id)'",
        problem: "it is for a picture of \(entry.width) x \(entry.height), but "
          + "\(entry.candidate.picture.file) is \(header.width) x \(header.height)"
          + header.exifWords,
        remedy: header.exifRemedy("put the pictures and their annotations together again"))
    }
    if frame.isTurned && !entry.annotations.isEmpty { changes.turned += 1 }
    var presence = [Int8](repeating: -1, count: classes.count)
    var boxes: [BoxAnnotation] = []
    for annotation in entry.annotations {
      let index = classOf[annotation.category_id]!
      let isCrowd = annotation.iscrowd?.isSet ?? false
      guard let box = try box(of: annotation, entry, &changes) else { continue }
      boxes.append(
        BoxAnnotation(box: frame.upright(box), classIndex: index, isDifficult: isCrowd))
      presence[index] = max(presence[index], isCrowd ? 0 : 1)
    }
    return DatasetRecord(
      id: entry.candidate.id, image: files.image, presence: presence, boxes: boxes,
      mask: masks ? try mask(entry, frame, &changes) : nil)
  }

  /// The box in pixels of which both ends belong to it; nil where it has no area.
  ///
  /// - Source: the rules of py-faster-rcnn's `coco.py`.
  private func box(
    of annotation: COCOFile.Annotation, _ entry: Entry, _ changes: inout COCORecord.Changes
  ) throws(DatasetError) -> Box? {
    let stated = try statedBox(of: annotation, entry)
    guard let stated, let inside = stated.clipped(width: entry.width, height: entry.height) else {
      changes.dropped += 1
      return nil
    }
    if inside != stated { changes.clipped += 1 }
    return inside
  }

  /// The box as annotated, which may reach outside the picture; nil where it has no area.
  private func statedBox(
    of annotation: COCOFile.Annotation, _ entry: Entry
  ) throws(DatasetError) -> Box? {
    guard let edges = annotation.bbox, edges.count == 4,
      edges.allSatisfy({ abs($0) <= Double(DatasetSchema.largestSide) })
    else {
      throw error(annotation, entry, "its bbox is not [left, top, width, height]")
    }
    guard edges[2] > 0, edges[3] > 0, annotation.area ?? 1 > 0 else { return nil }
    return Box(
      xMin: Float(edges[0]), yMin: Float(edges[1]),
      xMax: Float(edges[0] + max(0, edges[2] - 1)), yMax: Float(edges[1] + max(0, edges[3] - 1)))
  }

  /// A palette PNG of the class of each pixel; nil where an object has no shape. An object whose
  /// polygons were all dropped is somewhere in its box: what no other object covers there is void.
  private func mask(
    _ entry: Entry, _ frame: AnnotationFrame, _ changes: inout COCORecord.Changes
  ) throws(DatasetError) -> [UInt8]? {
    let (width, height) = (entry.width, entry.height)
    var labels = [UInt8](repeating: 0, count: width * height)
    var unshaped: [Box] = []
    for annotation in entry.annotations {
      guard let stated = annotation.segmentation, !stated.isEmpty else {
        changes.shapeless += 1
        return nil
      }
      let shape = try withoutDegenerate(stated, annotation, entry, &changes)
      if shape.isEmpty {
        if let box = try statedBox(of: annotation, entry),
          let inside = box.clipped(width: width, height: height)
        {
          unshaped.append(inside)
        }
        continue
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
    for box in unshaped {
      for y in Int(box.yMin)...Int(box.yMax.rounded(.up)) {
        for x in Int(box.xMin)...Int(box.xMax.rounded(.up)) where labels[y * width + x] == 0 {
          labels[y * width + x] = DatasetSchema.void
        }
      }
    }
    do throws(ImageError) {
      return try Picture(width: width, height: height, channels: 1, samples: labels)
        .turnedUpright(from: frame.orientation).encodedPNG(palette: .voc)
    } catch {
      throw DatasetError(file: entry.candidate.picture.file, problem: "its mask: \(error)")
    }
  }

  /// The shape without polygons that enclose nothing, or whose last corner is half: annotation
  /// tools leave such behind, and other readers drop them too.
  private func withoutDegenerate(
    _ shape: COCOSegmentation, _ annotation: COCOFile.Annotation, _ entry: Entry,
    _ changes: inout COCORecord.Changes
  ) throws(DatasetError) -> COCOSegmentation {
    guard case .polygons(let polygons) = shape else { return shape }
    let isInReach = polygons.joined().allSatisfy { abs($0) <= Double(DatasetSchema.largestSide) }
    guard isInReach else {
      throw error(annotation, entry, "its segmentation is no list of polygons in pixels")
    }
    let kept = polygons.filter { $0.count >= 6 && $0.count % 2 == 0 }
    if kept.count < polygons.count {
      changes.polygons += polygons.count - kept.count
      let name = "image '\(entry.candidate.id)', annotation \(name(of: annotation))"
      let named = changes.polygonsOf.count
      if named <= Self.namedPolygons {
        changes.polygonsOf.append(named < Self.namedPolygons ? name : "…")
      }
    }
    return .polygons(kept)
  }

  /// How many annotations with such polygons are named.
  private static var namedPolygons: Int { 10 }

  private func name(of annotation: COCOFile.Annotation) -> String {
    annotation.id.map(String.init) ?? "?"
  }

  private func error(
    _ annotation: COCOFile.Annotation, _ entry: Entry, _ problem: String
  ) -> DatasetError {
    DatasetError(
      file: part.annotations,
      record: "image '\(entry.candidate.id)', annotation \(name(of: annotation))",
      problem: problem, remedy: "correct the annotation")
  }
}

extension COCOSegmentation {
  /// Whether there is no polygon at all.
  var isEmpty: Bool { self == .polygons([]) }
}
