/// Builds a dataset from COCO annotations: boxes, multi-labels, masks and a split for each file.
///
///     let train = COCOBuilder.Part(images: "train2017", annotations: "instances_train2017.json")
///     let report = try COCOBuilder(parts: [train]).build(to: "coco.h5")
///
/// Classes are the categories in the order of their ids, which need not be contiguous. Objects
/// whose box has no area are dropped, boxes are clipped to their pictures, crowds become difficult
/// objects. A mask holds the class of each pixel, and void where objects of two classes overlap.
public struct COCOBuilder: Sendable {
  /// Pictures and the file that annotates them.
  public struct Part: Sendable, Hashable {
    /// The folder of the pictures.
    public var images: String
    /// The annotations (JSON).
    public var annotations: String
    /// The split they make; by default the folder's name.
    public var split: String

    /// The pictures of a folder, with their annotations.
    public init(images: String, annotations: String, split: String? = nil) {
      (self.images, self.annotations) = (images, annotations)
      self.split = split ?? lastComponent(images)
    }
  }

  /// The pictures. With several parts, ids begin with the part's split.
  public var parts: [Part]
  /// Whether shapes become masks.
  public var masks = true
  /// What all builders are asked.
  public var options = BuildOptions()
  /// What the dataset says about its origin; by default the names of the parts.
  public var source: String?

  /// Takes these pictures.
  public init(parts: [Part]) { self.parts = parts }

  /// Reads and checks everything and writes the dataset; without success no file is left.
  public func build(
    to path: String, progress: (BuildProgress) -> Void = { _ in }
  ) throws(DatasetError) -> BuildReport {
    var plans: [COCOPlan] = []
    for part in parts { plans.append(try COCOPlan(part, prefix: parts.count > 1)) }
    guard let classes = plans.first?.classes else {
      throw DatasetError(file: path, problem: "no folder of pictures was named")
    }
    for plan in plans where plan.classes != classes {
      throw DatasetError(
        file: plan.part.annotations,
        problem: "its categories are not those of \(parts[0].annotations)",
        remedy: "build a dataset of each")
    }
    guard !masks || classes.count < Int(DatasetSchema.void) else {
      throw DatasetError(
        file: parts[0].annotations,
        problem: "masks have room for \(DatasetSchema.void - 1) classes, not for \(classes.count)",
        remedy: "build without masks")
    }
    var writer = try DatasetWriter(
      creating: path, classes: classes,
      source: source ?? "coco " + parts.map(\.split).joined(separator: ", "),
      colorProfiles: options.colorProfiles)
    let entries = plans.flatMap { plan in plan.entries.map { (plan, $0) } }
    var splits: [String: [Int]] = [:]
    var changes = COCORecord.Changes()
    let intake = ImageIntake(unreadable: options.unreadable, classCount: classes.count)
    let skipped = try intake.run(entries.map(\.1.candidate), progress: progress) {
      (index, files) throws(DatasetError) in
      let (plan, entry) = entries[index]
      return try plan.record(entry, files, masks: masks, &changes)
    } store: { (index, record) throws(DatasetError) in
      splits[entries[index].0.part.split, default: []].append(writer.count)
      try writer.append(record)
    }
    for (name, indices) in splits { try writer.addSplit(name, indices) }
    try writer.addSplits(options.splitLists)
    let (count, profileNote) = (writer.count, writer.profiles.note(options.colorProfiles))
    return BuildReport(
      path: path, count: count, contentSHA256: try writer.finish(), skipped: skipped,
      notes: changes.notes + [profileNote].compactMap { $0 })
  }
}
