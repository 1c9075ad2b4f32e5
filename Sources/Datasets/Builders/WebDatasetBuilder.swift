/// Builds a dataset from tar files as the WebDataset library writes them: members that share a name
/// up to its first dot are one sample, `KEY.jpg` its picture and `KEY.cls` its class.
///
///     let report = try WebDatasetBuilder(shards: [.init("train-*.tar", split: "train")])
///       .build(to: "pool.h5")
///
/// - Source: the format's description at https://github.com/webdataset/webdataset.
public struct WebDatasetBuilder: Sendable {
  /// Tar files: one, a pattern, or several with commas; and the split they make, if any.
  public var shards: [FolderBuilder.Root]
  /// The names of the classes, one a line, in the order of their numbers; without it a class is
  /// called by its number.
  public var classNames: String?
  /// Whether pictures with classes are taken without them.
  public var isUnlabelled = false
  /// A part to hold out.
  public var holdOut: HoldOut?
  /// What all builders are asked.
  public var options = BuildOptions()

  /// Takes the samples of these tar files.
  public init(shards: [FolderBuilder.Root]) { self.shards = shards }

  /// Reads and checks all pictures and writes the dataset; without success no file is left.
  public func build(
    to path: String, progress: (BuildProgress) -> Void = { _ in }
  ) throws(DatasetError) -> BuildReport {
    var list = PictureList(
      source: "webdataset " + shards.map { lastComponent($0.path) }.joined(separator: ", "))
    var (passedOver, numbers): ([String: Int], [Int?]) = ([:], [])
    for shard in shards {
      let files = try DatasetFiles.named(shard.path)
      let isAlone = shards.count == 1 && files.count == 1
      for file in files {
        let archive = try TarIndex(reading: file)
        let before = list.entries.count
        let prefix = isAlone ? "" : lastComponent(file).withoutTarEnding + "/"
        for sample in Self.samples(of: archive, &passedOver) {
          list.entries.append(
            .init(candidate: sample.candidate(prefix, in: archive), split: shard.split))
          numbers.append(isUnlabelled ? nil : try sample.label(in: archive))
        }
        guard list.entries.count > before else {
          throw archive.error("", "there is no JPEG or PNG file in it", "check the path")
        }
      }
    }
    try name(&list, numbers)
    list.notes = passedOver.sorted { $0.key < $1.key }
      .map { "passed over *.\($0.key): \($0.value)" }
    (list.holdOut, list.options) = (holdOut, options)
    return try list.build(to: path, progress: progress)
  }

  /// Gives pictures their classes, and classes their names.
  private func name(_ list: inout PictureList, _ numbers: [Int?]) throws(DatasetError) {
    let labelled = numbers.compactMap { $0 }
    guard let largest = labelled.max() else { return }
    guard labelled.count == numbers.count else {
      let without = list.entries[numbers.firstIndex { $0 == nil }!].candidate
      throw DatasetError(
        file: without.picture.file, record: without.id,
        problem: "it has no .cls, and \(labelled.count) of \(numbers.count) samples have one",
        remedy: "give all a class, or build without labels (--unlabelled)")
    }
    list.classes = try ClassNames.of(labelled, named: classNames, largest: largest)
    for place in list.entries.indices { list.entries[place].label = numbers[place] }
  }

  private struct Sample {
    let key: String
    var picture, label: TarIndex.Member?

    func candidate(_ prefix: String, in archive: TarIndex) -> Candidate {
      let (path, member) = (archive.path, picture!)
      return Candidate(
        id: prefix + key,
        picture: PictureSource(file: path, part: member.name) { () throws(DatasetError) in
          try contents(of: path, member.range)
        })
    }

    func label(in archive: TarIndex) throws(DatasetError) -> Int? {
      guard let label else { return nil }
      let text = String(
        decoding: try contents(of: archive.path, label.range.prefix(64)), as: UTF8.self)
      guard let number = Int(text.trimmed), (0...Int(Int16.max)).contains(number) else {
        throw archive.error(
          label.name, "'\(text.trimmed.prefix(20))' is no class's number",
          "write each class as a number from 0 on")
      }
      return number
    }
  }

  /// The samples that have a picture, in the order of the archive.
  private static func samples(
    of archive: TarIndex, _ passedOver: inout [String: Int]
  ) -> [Sample] {
    var samples: [Sample] = []
    for member in archive.members {
      let base = member.name.split(separator: "/").last ?? ""
      guard !base.hasPrefix("."), let dot = base.firstIndex(of: ".") else {
        passedOver["(no ending)", default: 0] += 1
        continue
      }
      let ending = base[base.index(after: dot)...].lowercased()
      let key = String(member.name.dropLast(base.distance(from: dot, to: base.endIndex)))
      if samples.last?.key != key { samples.append(Sample(key: key)) }
      switch ending {
      case "jpg", "jpeg", "png":
        // The first is the picture; others are passed over like members of other kinds.
        if samples[samples.count - 1].picture == nil {
          samples[samples.count - 1].picture = member
        } else {
          passedOver[ending, default: 0] += 1
        }
      case "cls": samples[samples.count - 1].label = member
      default: passedOver[ending, default: 0] += 1
      }
    }
    return samples.filter { $0.picture != nil }
  }
}

/// What classes are called that files know by numbers.
enum ClassNames {
  /// The lines of the file at `path`, or the numbers from 0 to the largest.
  static func of(
    _ labels: [Int], named path: String?, largest: Int
  ) throws(DatasetError) -> [String] {
    guard let path else { return (0...largest).map(String.init) }
    let names = try lines(of: path).map { $0.words.joined(separator: " ") }
    guard largest < names.count else {
      throw DatasetError(
        file: path, problem: "it names \(names.count) classes, and there is a class \(largest)",
        remedy: "name each class on a line of its own, from class 0 on")
    }
    return names
  }
}

extension String {
  fileprivate var withoutTarEnding: String { hasSuffix(".tar") ? String(dropLast(4)) : self }
  fileprivate var trimmed: String {
    split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
