internal import Images

/// Builds a dataset from PASCAL VOC development kits: multi-labels, boxes, masks and splits.
///
///     let builder = VOCBuilder(devkit: "VOCdevkit", years: ["VOC2007"])
///     let report = try builder.build(to: "voc2007.h5")
///
/// With several years, ids are `VOC2007/000001`; a split is the union of the years' splits of that
/// name, and each year's own is there as `VOC2007_trainval`.
public struct VOCBuilder: Sendable {
  /// What to do with a box that reaches beyond its picture.
  public enum OutsideBoxes: Sendable {
    /// Build nothing, and name the file and the object.
    case refuse
    /// Keep the part inside, and say so in the report.
    case clip
  }

  /// The twenty classes of VOC 2007 to 2012, in the order of the masks' palette.
  public static let vocClasses = [
    "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train",
    "tvmonitor",
  ]

  /// The classes that a text file lists, one on each line; names may hold blanks.
  public static func classes(listedIn path: String) throws(DatasetError) -> [String] {
    let classes = try lines(of: path).map { $0.words.joined(separator: " ") }
    guard !classes.isEmpty else {
      throw DatasetError(
        file: path, problem: "it lists no class", remedy: "write one class on each line")
    }
    return classes
  }

  /// A folder that holds year folders, or a year's folder itself.
  public var devkit: String
  /// The names of the year folders inside; empty where `devkit` is a year's folder.
  public var years: [String]
  /// The classes, in the order of the masks' palette.
  public var classes: [String] = VOCBuilder.vocClasses
  /// What to do with a box that reaches beyond its picture.
  public var outsideBoxes: OutsideBoxes = .refuse
  /// What all builders are asked.
  public var options = BuildOptions()
  /// What the dataset says about its origin; by default the years.
  public var source: String?

  /// Takes these years of a devkit.
  public init(devkit: String, years: [String] = []) {
    (self.devkit, self.years) = (devkit, years)
  }

  /// Reads and checks everything and writes the dataset; without success no file is left.
  public func build(
    to path: String, progress: (BuildProgress) -> Void = { _ in }
  ) throws(DatasetError) -> BuildReport {
    var folders: [VOCFolder] = []
    for year in years {
      folders.append(try VOCFolder(path: "\(devkit)/\(year)", classes: classes))
    }
    if years.isEmpty { folders.append(try VOCFolder(path: devkit, classes: classes)) }
    let plan = VOCPlan(folders)
    let hasMasks = plan.entries.contains { $0.candidate.maskPath != nil }
    guard !hasMasks || classes.count < Int(DatasetSchema.void) else {
      throw DatasetError(
        file: devkit,
        problem: "masks have room for \(DatasetSchema.void - 1) classes, not for \(classes.count)",
        remedy: "name fewer classes, or remove the masks")
    }
    var writer = try DatasetWriter(
      creating: path, classes: classes,
      source: source ?? "voc " + folders.map(\.name).joined(separator: ", "),
      colorProfiles: options.colorProfiles)
    var positions: [String: Int] = [:]
    var (clipped, turned) = (0, 0)
    let intake = ImageIntake(unreadable: options.unreadable, classCount: classes.count)
    let skipped = try intake.run(
      plan.entries.map(\.candidate), progress: progress
    ) { (index, files) throws(DatasetError) in
      let record = try record(plan.entries[index], files)
      clipped += record.clipped
      turned += record.isTurned ? 1 : 0
      return record.record
    } store: { (_, record) throws(DatasetError) in
      positions[record.id] = writer.count
      try writer.append(record)
    }
    for (name, ids) in plan.splits {
      let indices = ids.compactMap { positions[$0] }
      guard !indices.isEmpty else {
        throw DatasetError(
          file: devkit, record: "split '\(name)'", problem: "none of its pictures could be read",
          remedy: "mend the files that were skipped")
      }
      try writer.addSplit(name, indices)
    }
    try writer.addSplits(options.splitLists)
    let count = writer.count
    var notes = plan.notes
    if clipped > 0 { notes.append("\(clipped) boxes were clipped to their pictures") }
    if turned > 0 { notes.append(AnnotationFrame.note(turned)) }
    if let note = writer.profiles.note(options.colorProfiles) { notes.append(note) }
    return BuildReport(
      path: path, count: count, contentSHA256: try writer.finish(), skipped: skipped, notes: notes)
  }

  private func record(
    _ entry: VOCPlan.Entry, _ files: CheckedFiles
  ) throws(DatasetError) -> (record: DatasetRecord, clipped: Int, isTurned: Bool) {
    if entry.folder.withheld.contains(entry.id) {
      let record = DatasetRecord(
        id: entry.candidate.id, image: files.image, presence: presence(entry, nil), boxes: [],
        mask: files.mask)
      return (record, 0, files.maskFrame?.isTurned ?? false)
    }
    let file = entry.folder.annotationPath(entry.id)
    let annotation = try VOCAnnotation(contentsOfFile: file)
    let frame = try frame(of: annotation, file, entry, files)
    let (width, height) = (frame.width, frame.height)
    var boxes: [BoxAnnotation] = []
    var clipped = 0
    for (number, object) in annotation.objects.enumerated() {
      let place = "object \(number + 1), '\(object.name)'"
      guard let index = classes.firstIndex(of: object.name) else {
        throw DatasetError(
          file: file, record: place, problem: "this is no class of this build",
          remedy: "name all classes (--class, --classes-from), or correct the annotation")
      }
      var box = Box(
        xMin: Float(object.xMin - 1), yMin: Float(object.yMin - 1), xMax: Float(object.xMax - 1),
        yMax: Float(object.yMax - 1))
      if !box.isInside(width: width, height: height) {
        guard outsideBoxes == .clip, let inside = box.clipped(width: width, height: height) else {
          throw DatasetError(
            file: file, record: place,
            problem: "its box (\(object.xMin), \(object.yMin)) to (\(object.xMax), \(object.yMax)) "
              + "is not inside the picture of \(width) x \(height)\(files.header.exifWords)",
            remedy: outsideBoxes == .clip
              ? "nothing of it would remain; correct the annotation"
              : "correct the annotation, or build with boxes clipped")
        }
        box = inside
        clipped += 1
      }
      boxes.append(
        BoxAnnotation(
          box: frame.upright(box), classIndex: index, isDifficult: object.isDifficult))
    }
    let record = DatasetRecord(
      id: entry.candidate.id, image: files.image, presence: presence(entry, boxes), boxes: boxes,
      mask: files.mask)
    return (record, clipped, frame.isTurned)
  }

  /// The pixels that an annotation is for; where it states no size, those that the mask is for.
  private func frame(
    of annotation: VOCAnnotation, _ file: String, _ entry: VOCPlan.Entry, _ files: CheckedFiles
  ) throws(DatasetError) -> AnnotationFrame {
    let (width, height) = (annotation.width, annotation.height)
    if width == 0, height == 0, let frame = files.maskFrame { return frame }
    if let frame = AnnotationFrame(width: width, height: height, of: files.header) { return frame }
    throw DatasetError(
      file: file,
      problem:
        "it is for a picture of \(width) x \(height), but \(entry.candidate.picture.file) is "
        + "\(files.header.width) x \(files.header.height)\(files.header.exifWords)",
      remedy: files.header.exifRemedy("put the picture and its annotation together again"))
  }

  /// What the class files say, and where they are silent, what the boxes show; without boxes 0,
  /// which no score counts.
  private func presence(_ entry: VOCPlan.Entry, _ boxes: [BoxAnnotation]?) -> [Int8] {
    classes.indices.map { index in
      if let stated = entry.folder.presence[index][entry.id] { return stated }
      guard let boxes else { return 0 }
      let objects = boxes.filter { $0.classIndex == index }
      return objects.isEmpty ? -1 : objects.allSatisfy(\.isDifficult) ? 0 : 1
    }
  }
}
