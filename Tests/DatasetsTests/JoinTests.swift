import Datasets
import Images
import Randomness
import Testing

/// Datasets of records of others: joined, divided, and searched for the same pictures.
@Suite struct JoinTests {
  let folder = try! TemporaryFolder()
  var output: String { folder.file("d.h5") }

  /// A dataset of pictures of these seeds, each with a label of its own class.
  private func dataset(
    _ name: String, seeds: [Int], classes: [String] = ["a", "b"], split: String = "train"
  ) throws -> String {
    let path = folder.file(name)
    var writer = try DatasetWriter(creating: path, classes: classes, source: name)
    for (place, seed) in seeds.enumerated() {
      try writer.append(
        DatasetRecord(
          id: "\(place)", image: Samples.jpeg(20, 10, seed: seed), label: place % classes.count))
    }
    try writer.addSplit(split, Array(seeds.indices))
    try writer.finish()
    return path
  }

  @Test func recordsAndClassesAreJoined() throws {
    let first = try dataset("1.h5", seeds: [1, 2])
    let second = try dataset("2.h5", seeds: [3, 1], classes: ["c", "b"])
    var merger = DatasetMerger(parts: [.init(first), .init(second, split: "pool")])
    #expect(
      try merger.build(to: output).notes == ["1 pictures are there more than once, byte for byte"])
    var all = try Dataset(opening: output)
    #expect(all.ids == ["1.h5/0", "1.h5/1", "2.h5/0", "2.h5/1"])
    #expect(all.classes == ["a", "b", "c"] && all.labels == [0, 1, 2, 1])
    #expect(all.splits == ["train": [0, 1], "pool": [2, 3]] && all.source == "1.h5, 2.h5")
    #expect(try all.bytes(of: 2) == Samples.jpeg(20, 10, seed: 3))
    #expect(try all.duplicates() == [[0, 3]] && all.verify().isSound)
    func shared(_ records: [Int], _ others: [Int], _ other: Dataset? = nil) throws -> [[Int]] {
      try all.shared(records, with: others, of: other).map { [$0.record, $0.other] }
    }
    #expect(try shared([2, 3], [0, 1]) == [[3, 0]])
    #expect(try shared([2], [0, 1]).isEmpty && shared([0], [0]).isEmpty)
    #expect(try shared([0, 1], [1, 0], Dataset(opening: second)) == [[0, 1]])

    merger.duplicates = .refuse
    #expect(
      words { _ = try merger.build(to: output) }.contains("is that of '1.h5/0', byte for byte"))
    merger.duplicates = .drop
    #expect(
      try merger.build(to: output).notes == ["1 pictures were there already and are left out"])
    all = try Dataset(opening: output)
    #expect(all.count == 3 && all.splits == ["train": [0, 1], "pool": [2]])
  }

  @Test func onlySearchedPicturesAreJoinedWithOtherClasses() throws {
    try Samples.devkit(folder.file("VOC2007"))
    let voc = folder.file("voc.h5")
    _ = try VOCBuilder(devkit: folder.path, years: ["VOC2007"]).build(to: voc)
    let plain = try dataset("1.h5", seeds: [1])
    var merger = DatasetMerger(parts: [.init(plain), .init(voc)])
    #expect(
      words { _ = try merger.build(to: output) }.contains("searched for all objects of their own"))
    merger.isUnlabelled = true
    _ = try merger.build(to: output)
    let all = try Dataset(opening: output)
    #expect(all.count == 3 && all.classes.isEmpty && !all.hasBoxes && !all.hasMasks)

    // What was annotated is so again.
    _ = try DatasetMerger(parts: [.init(voc)]).build(to: output)
    let (copy, original) = (try Dataset(opening: output), try Dataset(opening: voc))
    #expect(copy.contentSHA256 == original.contentSHA256)
  }

  @Test func anyFilesAreOneWherePicturesAreAskedFor() throws {
    try Samples.devkit(folder.file("VOC2007"))
    let voc = folder.file("voc.h5")
    _ = try VOCBuilder(devkit: folder.path, years: ["VOC2007"]).build(to: voc)
    let both = "\(try dataset("1.h5", seeds: [1])),\(voc)"
    #expect(words { _ = try Dataset(opening: both) }.contains("its classes are not those of"))
    let joined = try Dataset(opening: both, needing: .pictures)
    #expect(joined.count == 3 && joined.classes.isEmpty && joined.labels == nil)
    #expect(!joined.hasBoxes && !joined.hasMasks && joined.splits["train"]?.first == 0)
    #expect(try Dataset(opening: voc, needing: .pictures).hasBoxes)
  }

  @Test func halvesHaveTheirShareOfEachClass() throws {
    let path = try dataset("1.h5", seeds: Array(0..<40), classes: ["a", "b", "c", "d"])
    let splitter = DatasetSplitter(
      parts: [("half1", 0.5), ("quarter", 0.25)], key: RandomKey(seed: 1))
    _ = try splitter.write(path, of: "train", to: output)
    let divided = try Dataset(opening: output)
    let (half, quarter) = (divided.splits["half1"]!, divided.splits["quarter"]!)
    #expect(half.count == 20 && quarter.count == 10 && Set(half).isDisjoint(with: quarter))
    #expect(half.sorted() == half && divided.splits["train"] == Array(0..<40))
    for name in 0..<4 {
      #expect(half.count { divided.labels![$0] == name } == 5)
      #expect((2...3).contains(quarter.count { divided.labels![$0] == name }))
    }
    let again = DatasetSplitter(parts: splitter.parts, key: RandomKey(seed: 2))
    #expect(try again.divided(Array(0..<40), of: divided)["half1"] != half)
    #expect(
      words { _ = try splitter.write(output, of: nil, to: folder.file("e.h5")) }
        .contains("[split 'half1']: it is there already"))
    for parts in [[("x", 0.7), ("y", 0.7)], [("x", 0)], [("x", 0.5), ("x", 0.5)], [("x", 1e-9)]] {
      let wrong = DatasetSplitter(parts: parts, key: RandomKey(seed: 1))
      #expect(words { _ = try wrong.divided(Array(0..<40), of: divided) } != "no error")
    }
  }

  /// Pictures that show several classes: each class is divided, the rare ones exactly.
  @Test func severalClassesOfAPictureAreDividedTogether() {
    var stream = RandomKey(seed: 3).stream()
    let shares = [0.02, 0.1, 0.3, 0.6]
    let items = (0..<1000).map { _ in shares.indices.filter { stream.uniform() < shares[$0] } }
    let places = Stratification([0.5, 0.3, 0.2]).places(of: items)
    for name in shares.indices {
      let all = items.count { $0.contains(name) }
      for (part, fraction) in [0.5, 0.3, 0.2].enumerated() {
        let found = zip(items, places).count { $0.contains(name) && $1 == part }
        #expect(abs(Double(found) - fraction * Double(all)) <= 2, "class \(name), part \(part)")
      }
    }
    for (part, fraction) in [0.5, 0.3, 0.2].enumerated() {
      #expect(abs(Double(places.count { $0 == part }) - fraction * 1000) <= 2)
    }
  }
}
