import Datasets
import Foundation
import Images
import TestSupport
import Testing

@Suite struct VOCBuilderTests {
  let folder = try! TemporaryFolder()
  var path: String { folder.file("d.h5") }
  var root: String { folder.file("VOC2007") }

  private func refusal(_ change: (inout VOCBuilder) -> Void = { _ in }) -> String {
    var builder = VOCBuilder(devkit: root)
    change(&builder)
    return words { _ = try builder.build(to: path) }
  }

  @Test func aDevkitBecomesADataset() throws {
    try Samples.devkit(root)
    let report = try VOCBuilder(devkit: root).build(to: path)
    #expect(report.count == 2 && report.notes.isEmpty)
    let dataset = try Dataset(opening: path)
    #expect(dataset.ids == ["1", "2"] && dataset.classes.count == 20)
    #expect(dataset.source == "voc VOC2007")
    let cat = 7
    let dog = 11
    #expect(dataset.boxes(of: 0).map(\.classIndex) == [cat])
    #expect(dataset.boxes(of: 0)[0].box == Box(xMin: 0, yMin: 0, xMax: 19, yMax: 9))
    #expect(dataset.boxes(of: 1)[0].box == Box(xMin: 1, yMin: 2, xMax: 3, yMax: 4.5))
    #expect(dataset.boxes(of: 1)[0].isDifficult)
    #expect(dataset.presence(of: 0)?[cat] == 1 && dataset.presence(of: 0)?[dog] == -1)
    #expect(dataset.presence(of: 1)?[dog] == 0 && dataset.presence(of: 1)?[cat] == -1)
    #expect(dataset.splits == ["train": [0], "val": [1], "trainval": [1, 0], "seg_train": [0]])
    #expect(try dataset.mask(0)?.samples == [UInt8](repeating: 8, count: 200))
    #expect(try dataset.mask(1) == nil)
    #expect(dataset.verify().isSound)
  }

  @Test func classFilesSayMoreThanBoxes() throws {
    try Samples.devkit(root)
    try Samples.write("1 -1\n2  1\n", "\(root)/ImageSets/Main/sheep_trainval.txt")
    try Samples.write("1 0\n", "\(root)/ImageSets/Main/train_train.txt")
    _ = try VOCBuilder(devkit: root).build(to: path)
    let dataset = try Dataset(opening: path)
    #expect(dataset.presence(of: 1)?[16] == 1 && dataset.presence(of: 0)?[18] == 0)
    try Samples.write("1 1\n", "\(root)/ImageSets/Main/sheep_train.txt")
    #expect(refusal().contains("make the class files agree"))
    try Samples.write("1 2\n", "\(root)/ImageSets/Main/sheep_train.txt")
    #expect(refusal().contains("line 1"))
    try FileManager.default.removeItem(atPath: "\(root)/ImageSets/Main/sheep_train.txt")
    try Samples.write("1 1\n", "\(root)/ImageSets/Main/unicorn_train.txt")
    #expect(refusal().contains("'unicorn' is no class"))
  }

  @Test func ownClassesAreNamed() throws {
    try Samples.devkit(root)
    try Samples.write(
      Samples.annotation("traffic light", (1, 1, 2, 2)), "\(root)/Annotations/1.xml")
    try Samples.write(Samples.annotation("traffic", (1, 1, 2, 2)), "\(root)/Annotations/2.xml")
    try Samples.write(Samples.mask(20, 10, 2), "\(root)/SegmentationClass/1.png")
    #expect(refusal().contains("name all classes (--class, --classes-from)"))
    // The name of one begins that of another, in the files' names too.
    try Samples.write("2 1\n", "\(root)/ImageSets/Main/traffic_light_train.txt")
    let list = folder.file("classes.txt")
    try Samples.write("traffic\n traffic  light \n\ntraffic_light\n", list)
    var builder = VOCBuilder(devkit: root)
    builder.classes = try VOCBuilder.classes(listedIn: list)
    #expect(builder.classes == ["traffic", "traffic light", "traffic_light"])
    _ = try builder.build(to: path)
    let dataset = try Dataset(opening: path)
    #expect(dataset.classes == builder.classes)
    #expect(dataset.boxes(of: 0)[0].classIndex == 1 && dataset.boxes(of: 1)[0].classIndex == 0)
    #expect(dataset.presence(of: 1) == [1, -1, 1])
    try Samples.write("\n", list)
    #expect(words { _ = try VOCBuilder.classes(listedIn: list) }.contains("it lists no class"))
    try FileManager.default.removeItem(atPath: "\(root)/ImageSets/Main/traffic_light_train.txt")
    #expect(refusal { $0.classes = (0..<255).map { "c\($0)" } }.contains("room for 254 classes"))
  }

  @Test func aTestSplitWithoutAnnotationsHasNoTruth() throws {
    try Samples.devkit(root)
    for id in 3...5 {
      try Samples.write(Samples.jpeg(20, 10, seed: id), "\(root)/JPEGImages/\(id).jpg")
    }
    // One of three is there, as those of the layout task are: no truth to score by.
    try Samples.write(Samples.annotation("cat", (1, 1, 2, 2)), "\(root)/Annotations/4.xml")
    try Samples.write("3\n4\n5\n", "\(root)/ImageSets/Main/test.txt")
    let report = try VOCBuilder(devkit: root).build(to: path)
    #expect(
      report.notes == [
        "2 of 3 pictures of VOC2007's test have no annotations: the split is taken without truth, "
          + "for results that a server scores"
      ])
    let dataset = try Dataset(opening: path)
    #expect(dataset.splits["test"] == [2, 3, 4] && dataset.verify().isSound)
    for record in 2...4 {
      #expect(dataset.boxes(of: record).isEmpty)
      #expect(dataset.presence(of: record) == [Int8](repeating: 0, count: 20))
    }
    #expect(dataset.presence(of: 0)?[7] == 1 && dataset.boxes(of: 1).count == 1)
    let summary = dataset.summary()
    #expect(summary.withoutTruth == 3)
    #expect(summary.description.contains("\ntruth     3 records have none"))
    #expect(summary.parts[0].classes.reduce(0) { $0 + $1.difficultOnly } == 1)
    // Where most are there, a missing one is a mistake, and so it is in any other split.
    try Samples.write(Samples.annotation("cat", (1, 1, 2, 2)), "\(root)/Annotations/3.xml")
    #expect(refusal().contains("5.xml: there is no such file"))
    try FileManager.default.removeItem(atPath: "\(root)/Annotations/3.xml")
    try Samples.write("3\n", "\(root)/ImageSets/Main/val.txt")
    #expect(refusal().contains("3.xml: there is no such file"))
  }

  @Test func masksOfOtherPalettesAreReadByTheirColors() throws {
    try Samples.devkit(root)
    let colors = Palette.voc.colors
    func write(_ palette: [SIMD3<UInt8>]) throws {
      var mask = Picture(width: 20, height: 10, channels: 1)
      (mask.samples[3], mask.samples[4]) = (1, 2)
      try Samples.write(
        try mask.encodedPNG(palette: Palette(palette)), "\(root)/SegmentationClass/1.png")
    }
    try write([colors[19], colors[255], colors[0]])
    _ = try VOCBuilder(devkit: root).build(to: path)
    let dataset = try Dataset(opening: path)
    #expect(try dataset.mask(0)?.samples.prefix(6) == [19, 19, 19, 255, 0, 19])
    #expect(dataset.verify().isSound)
    try write([colors[0], colors[21], colors[1]])
    #expect(refusal().contains("the mask holds 21"))
    try write([colors[0], [1, 2, 3], colors[1]])
    #expect(refusal().contains("1.png: the mask's palette gives index 1 the color (1, 2, 3)"))
    // A mask of VOC's own palette keeps its bytes.
    try write(colors)
    _ = try VOCBuilder(devkit: root).build(to: path)
    let stored = try [UInt8](
      Data(contentsOf: URL(filePath: "\(root)/SegmentationClass/1.png")))
    #expect(try Dataset(opening: path).maskBytes(of: 0) == stored)
  }

  @Test func yearsAreJoinedWithoutDuplicates() throws {
    try Samples.devkit(root)
    let later = folder.file("VOC2012")
    try Samples.devkit(later)
    for part in ["JPEGImages/2007_1.jpg", "Annotations/2007_1.xml"] {
      try FileManager.default.copyItem(
        atPath: "\(later)/\(part.replacingOccurrences(of: "2007_", with: ""))",
        toPath: "\(later)/\(part)")
    }
    try Samples.write("1\n2007_1\n", "\(later)/ImageSets/Main/train.txt")
    let report = try VOCBuilder(devkit: folder.path, years: ["VOC2007", "VOC2012"]).build(to: path)
    #expect(report.notes.count == 1 && report.notes[0].contains("2007_1"))
    let dataset = try Dataset(opening: path)
    #expect(dataset.ids == ["VOC2007/1", "VOC2007/2", "VOC2012/1", "VOC2012/2"])
    #expect(dataset.splits["train"] == [0, 2] && dataset.splits["VOC2012_train"] == [2])
  }

  @Test func mistakesAreNamed() throws {
    #expect(refusal().contains("no folder JPEGImages"))
    try Samples.devkit(root)
    let xml = "\(root)/Annotations/2.xml"
    try Samples.write(Samples.annotation("cat", (2, 3, 21, 5)), xml)
    let outside = refusal()
    #expect(outside.contains("2.xml [object 1, 'cat']") && outside.contains("clipped"))
    var builder = VOCBuilder(devkit: root)
    builder.outsideBoxes = .clip
    let report = try builder.build(to: path)
    #expect(report.notes == ["1 boxes were clipped to their pictures"])
    #expect(try Dataset(opening: path).boxes(of: 1)[0].box.xMax == 19)
    try Samples.write(Samples.annotation("cat", (30, 3, 40, 5)), xml)
    #expect(refusal { $0.outsideBoxes = .clip }.contains("nothing of it would remain"))
    try Samples.write(Samples.annotation("cat", (5, 3, 4, 5)), xml)
    #expect(refusal().contains("ends before it begins"))
    try Samples.write(Samples.annotation("unicorn", (1, 3, 4, 5)), xml)
    #expect(refusal().contains("'unicorn'") && refusal().contains("no class"))
    try Samples.write(Samples.annotation("cat", (1, 3, 4, 5), size: (40, 20)), xml)
    #expect(refusal().contains("40 x 20") && refusal().contains("20 x 10"))
    try FileManager.default.removeItem(atPath: xml)
    #expect(refusal().contains("2.xml: there is no such file"))
    #expect(refusal { $0.options.unreadable = .skip }.contains("split 'val'"))
    try Samples.write("1\n2\n", "\(root)/ImageSets/Main/val.txt")
    builder.options.unreadable = .skip
    let partial = try builder.build(to: path)
    #expect(partial.count == 1 && partial.skipped.count == 1)
    #expect(try Dataset(opening: path).splits["val"] == [0])
  }

  @Test func mistakesInListsAndMasksAreNamed() throws {
    try Samples.devkit(root)
    try Samples.write(Samples.mask(10, 20, 0), "\(root)/SegmentationClass/1.png")
    #expect(refusal().contains("the mask is 10 x 20, but its picture is 20 x 10"))
    try Samples.write(Samples.mask(20, 10, 21), "\(root)/SegmentationClass/1.png")
    #expect(refusal().contains("the mask holds 21"))
    try Samples.write(Samples.mask(20, 10, 255), "\(root)/SegmentationClass/1.png")
    #expect(refusal() == "no error")
    try Samples.write("1\n2\n", "\(root)/ImageSets/Segmentation/train.txt")
    #expect(refusal().contains("1 of its 2 pictures have no mask"))
    try Samples.write("1\n", "\(root)/ImageSets/Segmentation/train.txt")
    try Samples.write("\n", "\(root)/ImageSets/Main/val.txt")
    #expect(refusal().contains("val.txt: the split is empty"))
    try Samples.write("2\n2\n", "\(root)/ImageSets/Main/val.txt")
    #expect(refusal().contains("val.txt [line 2]"))
    try Samples.write("3\n", "\(root)/ImageSets/Main/val.txt")
    #expect(refusal().contains("3.jpg: there is no such file"))
    #expect(folder.names == ["VOC2007", "d.h5"])
  }

  @Test(.enabled(if: SharedData.isPresent, "needs the reference data beside the checkout"))
  func theSubsetOfVOC2007HasItsKnownCounts() throws {
    let devkit = SharedData.path("data/voc/VOCdevkit")
    let report = try VOCBuilder(devkit: devkit, years: ["VOC2007"]).build(to: path)
    let dataset = try Dataset(opening: path)
    #expect(dataset.count == 2007 && report.count == 2007)
    let counts = dataset.splits.mapValues(\.count)
    #expect(
      counts == [
        "train": 508, "val": 488, "trainval": 996, "test": 1011, "seg_train": 32, "seg_val": 36,
        "seg_trainval": 68, "seg_test": 38,
      ])
    let summary = dataset.summary()
    #expect(summary.parts[0].masks == 106)
    let difficult = summary.parts[0].classes.filter { $0.difficultBoxes > 0 }
    #expect(difficult.map(\.name) == ["bus", "car", "cat", "person", "train"])
    #expect(difficult.reduce(0) { $0 + $1.difficultBoxes } == 971)
    // Each size is the one that the list of sources states.
    let rows = try String(contentsOfFile: SharedData.path("data/voc/index.csv"), encoding: .utf8)
      .split(whereSeparator: \.isNewline).map { $0.split(separator: ",") }
      .filter { $0[0] == "2007" }
    #expect(rows.count == 2007)
    let sizes = Dictionary(uniqueKeysWithValues: rows.map { (String($0[1]), [$0[4], $0[5]]) })
    let wrong = (0..<dataset.count).filter { index in
      let size = dataset.size(of: index)
      return sizes[dataset.ids[index]] != ["\(size.width)", "\(size.height)"]
    }
    #expect(wrong.isEmpty)
    let found = dataset.verify()
    #expect(found.isSound, "\(found)")
  }
}
