public import Images

/// What a dataset holds, in numbers; `description` is a table for people.
public struct DatasetSummary: Sendable, Codable, Equatable {
  /// The least, the median and the largest of some sizes.
  public struct Spread: Sendable, Codable, Equatable {
    /// In pixels.
    public let least, median, largest: Int

    init(_ values: [Int]) {
      let sorted = values.sorted()
      (least, median, largest) = (sorted[0], sorted[sorted.count / 2], sorted[sorted.count - 1])
    }
  }

  /// How often one class occurs among some records.
  public struct ClassCount: Sendable, Codable, Equatable {
    /// The class.
    public let name: String
    /// Pictures that show it.
    public fileprivate(set) var pictures = 0
    /// Pictures that show only difficult objects of it.
    public fileprivate(set) var difficultOnly = 0
    /// Boxes around it, and how many of these are difficult.
    public fileprivate(set) var boxes = 0, difficultBoxes = 0
  }

  /// A named part of the records, or all of them.
  public struct Part: Sendable, Codable, Equatable {
    /// The name of the split.
    public let name: String
    /// Its records, and how many of these have a mask.
    public let records: Int, masks: Int
    /// The classes in order.
    public let classes: [ClassCount]
  }

  /// Where the file is, and what it says about itself.
  public let path, source, createdBy, contentSHA256: String
  /// The schema's version.
  public let version: Int
  /// Records, bytes of the file, and bytes of all pictures.
  public let records: Int, fileBytes: Int, imageBytes: Int
  /// JPEG and PNG files among the pictures.
  public let jpegs: Int, pngs: Int
  /// Sizes of the upright pictures.
  public let widths: Spread, heights: Spread
  /// How many pictures store one sample per pixel (gray or palette).
  public let singleChannel: Int
  /// Which annotations there are.
  public let hasLabels: Bool, hasPresence: Bool, hasBoxes: Bool, hasMasks: Bool
  /// Records with rows of labels or boxes of which none says anything, as those of a test split
  /// whose annotations are on a server.
  public let withoutTruth: Int
  /// Pictures that store colors and show none, where they were counted.
  public var gray: GrayCount?
  /// Pictures with color profiles, where they were counted.
  public var profiles: ProfileCount?
  /// What becomes of color profiles: what the files say, each once.
  public let colorProfiles: [ColorProfiles]
  /// All records, then each split by name.
  public let parts: [Part]
}

extension Dataset {
  /// Counts what is in the dataset; only the index is read.
  public func summary() -> DatasetSummary {
    let widths = (0..<count).map { Int(shapes[$0 * 3 + 1]) }
    let heights = (0..<count).map { Int(shapes[$0 * 3]) }
    let jpegs = formats.count { $0 == 0 }
    return DatasetSummary(
      path: path, source: source, createdBy: createdBy, contentSHA256: contentSHA256,
      version: shards.map(\.version).min() ?? DatasetSchema.version, records: count,
      fileBytes: shards.reduce(0) { $0 + $1.size },
      imageBytes: shards.reduce(0) { $0 + $1.images.count },
      jpegs: jpegs, pngs: count - jpegs, widths: .init(widths), heights: .init(heights),
      singleChannel: (0..<count).count { shapes[$0 * 3 + 2] == 1 },
      hasLabels: labels != nil, hasPresence: presence != nil, hasBoxes: hasBoxes,
      hasMasks: hasMasks, withoutTruth: (0..<count).count { isWithoutTruth($0) },
      profiles: ProfileCount(shards.compactMap(\.profiles), of: shards.count),
      colorProfiles: ColorProfiles.allCases.filter { way in
        shards.contains { $0.colorProfiles == way }
      },
      parts: [part("all", Array(0..<count))]
        + splits.sorted { $0.key < $1.key }.map { part($0.key, $0.value) })
  }

  /// Whether the labels of a record say nothing of any class: such are in no score.
  private func isWithoutTruth(_ record: Int) -> Bool {
    guard !classes.isEmpty, let row = presence(of: record) else { return false }
    return row.allSatisfy { $0 == 0 } && boxes(of: record).isEmpty
  }

  private func part(_ name: String, _ records: [Int]) -> DatasetSummary.Part {
    var counts = classes.map { DatasetSummary.ClassCount(name: $0) }
    for record in records where !isWithoutTruth(record) {
      if let label = label(of: record) { counts[label].pictures += 1 }
      for (index, value) in (presence(of: record) ?? []).enumerated() {
        if value == 1 { counts[index].pictures += 1 }
        if value == 0 { counts[index].difficultOnly += 1 }
      }
      for annotation in boxes(of: record) {
        counts[annotation.classIndex].boxes += 1
        if annotation.isDifficult { counts[annotation.classIndex].difficultBoxes += 1 }
      }
    }
    return DatasetSummary.Part(
      name: name, records: records.count, masks: records.count { hasMask($0) }, classes: counts)
  }
}
