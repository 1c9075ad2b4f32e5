import Datasets
import Foundation
import HDF5
import Images
import Testing

@Suite struct DatasetTests {
  let folder = try! TemporaryFolder()
  var path: String { folder.file("d.h5") }

  private func writeSample() throws -> String {
    var writer = try DatasetWriter(creating: path, classes: ["cat", "dog"], source: "a test")
    for index in 0..<5 {
      try writer.append(
        DatasetRecord(
          id: "picture \(index)", image: Samples.jpeg(8 + index, 6, seed: index),
          label: index % 2, presence: [1, index == 0 ? 0 : -1],
          boxes: (0..<index).map { number in
            BoxAnnotation(
              box: Box(xMin: Float(number), yMin: 0.5, xMax: 7, yMax: 5), classIndex: number % 2,
              isDifficult: number == 2)
          }, mask: index == 3 ? nil : Samples.mask(8 + index, 6, UInt8(index % 3))))
    }
    try writer.addSplit("train", [3, 0, 1])
    try writer.addSplit("test", [4])
    return try writer.finish()
  }

  @Test func whatWasWrittenIsRead() throws {
    let hash = try writeSample()
    let dataset = try Dataset(opening: path)
    #expect(dataset.count == 5 && dataset.classes == ["cat", "dog"])
    #expect(dataset.ids[4] == "picture 4")
    #expect(dataset.source == "a test" && dataset.createdBy == "Pigment")
    #expect(dataset.contentSHA256 == hash && hash.count == 64)
    for index in 0..<5 {
      let bytes = Samples.jpeg(8 + index, 6, seed: index)
      #expect(try dataset.bytes(of: index) == bytes)
      #expect(try dataset.picture(index, .whole) == Picture(decoding: bytes))
      #expect(dataset.size(of: index) == (8 + index, 6))
      #expect(dataset.label(of: index) == index % 2)
      #expect(dataset.presence(of: index) == [1, index == 0 ? 0 : -1])
      #expect(dataset.boxes(of: index).count == index)
      #expect(try dataset.mask(index)?.samples.first == (index == 3 ? nil : UInt8(index % 3)))
    }
    let box = dataset.boxes(of: 4)[2]
    #expect(box.box == Box(xMin: 2, yMin: 0.5, xMax: 7, yMax: 5))
    #expect(box.classIndex == 0 && box.isDifficult && !dataset.boxes(of: 4)[3].isDifficult)
    #expect(try dataset.indices(ofSplit: "train") == [3, 0, 1])
    #expect(words { _ = try dataset.indices(ofSplit: "vall") }.contains("known are: test, train"))
    #expect(folder.names == ["d.h5"])
    let found = dataset.verify()
    #expect(found.isSound && found.checked == 5, "\(found)")
  }

  @Test func checksumsAreThoseOfZlib() throws {
    // The definition, bit by bit; its published check value is that of "123456789".
    func crc32(_ bytes: [UInt8]) -> UInt32 {
      ~bytes.reduce(UInt32.max) { crc, byte in
        (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
          crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
        }
      }
    }
    #expect(crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    _ = try writeSample()
    let stored = try HDF5File(reading: path).read("images/crc32", as: UInt32.self)
    #expect(stored == (0..<5).map { crc32(Samples.jpeg(8 + $0, 6, seed: $0)) })
  }

  @Test func theHashNamesTheContentAndNothingElse() throws {
    func hash(_ source: String, _ id: String) throws -> String {
      var writer = try DatasetWriter(creating: path, source: source)
      try writer.append(DatasetRecord(id: id, image: Samples.jpeg(4, 4)))
      return try writer.finish()
    }
    let first = try hash("here", "x")
    #expect(try hash("there", "x") == first)
    #expect(try hash("here", "y") != first)
  }

  @Test func theSummaryCounts() throws {
    _ = try writeSample()
    let summary = try Dataset(opening: path).summary()
    #expect(summary.records == 5 && summary.jpegs == 5 && summary.pngs == 0)
    let widths = summary.widths
    #expect(widths.least == 8 && widths.median == 10 && widths.largest == 12)
    #expect(summary.parts.map(\.name) == ["all", "test", "train"])
    let all = summary.parts[0]
    let train = summary.parts[2]
    #expect(all.masks == 4 && train.masks == 2 && train.records == 3)
    #expect(all.classes[0].boxes == 6 && all.classes[1].boxes == 4)
    #expect(all.classes[0].difficultBoxes == 2 && all.classes[1].difficultBoxes == 0)
    #expect(all.classes[1].difficultOnly == 1)
    #expect(summary.description.contains("sha256 \(summary.contentSHA256)"))
    #expect(summary.description.contains("cat"))
  }

  @Test func picturesThatStoreColorsAndShowNoneAreCounted() throws {
    var writer = try DatasetWriter(creating: path, source: "test")
    let gray = Picture(
      width: 16, height: 16, channels: 3, samples: (0..<768).map { UInt8($0 / 3) })
    let files = [
      try gray.encodedJPEG(), try gray.encodedPNG(), Samples.jpeg(64, 64), Samples.mask(8, 8, 7),
    ]
    for (place, file) in files.enumerated() {
      try writer.append(DatasetRecord(id: "\(place)", image: file))
    }
    _ = try writer.finish()
    let dataset = try Dataset(opening: path)
    let found = dataset.grayPictures()
    #expect(found.pictures == 3 && found.gray == 2)
    #expect(dataset.grayPictures(limit: 1).pictures == 1)
    var summary = dataset.summary()
    #expect(!summary.description.contains("color  "))
    summary.gray = found
    #expect(summary.description.contains("color     of 3 RGB pictures looked at, 2 are gray"))
  }

  @Test func filesOfNewerLibrariesAreNoDamage() throws {
    _ = try writeSample()
    var bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
    // The version of the superblock, which a newer library counts up.
    bytes[8] = 9
    try Samples.write(bytes, path)
    let refusal = words { _ = try Dataset(opening: path) }
    #expect(refusal.contains("newer HDF5") && refusal.contains("libver"), "\(refusal)")
    #expect(!refusal.contains("build the dataset anew"))
  }

  @Test func theWriterRefusesWhatDoesNotFit() throws {
    let image = Samples.jpeg(8, 6)
    let box = { (x: Float) in
      BoxAnnotation(box: Box(xMin: 0, yMin: 0, xMax: x, yMax: 5), classIndex: 0, isDifficult: false)
    }
    var writer = try DatasetWriter(creating: path, classes: ["cat"], source: "test")
    func refusal(_ record: DatasetRecord) -> String { words { try writer.append(record) } }
    #expect(refusal(.init(id: "a", image: Array("text".utf8))).contains("not an image"))
    #expect(refusal(.init(id: "a", image: image, label: 1)).contains("no class 1"))
    #expect(refusal(.init(id: "a", image: image, presence: [2])).contains("-1, 0 or 1"))
    #expect(refusal(.init(id: "a", image: image, boxes: [box(8)])).contains("not inside"))
    let mask = Samples.mask(6, 8, 0)
    #expect(refusal(.init(id: "a", image: image, mask: mask)).contains("picture's size"))
    #expect(refusal(.init(id: "a", image: image, boxes: [box(7)])) == "no error")
    #expect(refusal(.init(id: "a", image: image, boxes: [])).contains("id is there already"))
    #expect(refusal(.init(id: "b", image: image)).contains("kinds of annotation differ"))
    #expect(words { try writer.addSplit("none", []) }.contains("empty"))
    #expect(words { try writer.addSplit("far", [1]) }.contains("not there"))
    #expect(words { try writer.addSplit("twice", [0, 0]) }.contains("twice"))
    #expect(writer.count == 1)
    let empty = words { _ = try DatasetWriter(creating: path, source: "empty").finish() }
    #expect(empty.contains("no picture"))
    #expect(folder.names.isEmpty)
    #expect(
      words { _ = try DatasetWriter(creating: folder.file("no/d.h5"), source: "") }
        .contains("no such file"))
  }

  @Test func otherFilesAndNewerVersionsAreRefused() throws {
    func open(_ change: (borrowing HDF5Writer) throws -> Void) throws -> String {
      let file = try HDF5Writer(creating: path)
      try change(file)
      try file.commit()
      return words { _ = try Dataset(opening: path) }
    }
    #expect(try open { try $0.write("x", [1] as [Float]) }.contains("no Pigment dataset"))
    #expect(try open { try $0.setAttribute("schema", to: "mine") }.contains("'mine'"))
    let newer = try open {
      try $0.setAttribute("schema", to: "pigment.dataset")
      try $0.setAttribute("schema_version", to: 3)
    }
    #expect(newer.contains("version 3") && newer.contains("update the program"))
    try Samples.write("text", path)
    #expect(words { _ = try Dataset(opening: path) }.contains("build the dataset anew"))
    #expect(words { _ = try Dataset(opening: folder.file("none")) }.contains("no such file"))
  }

  @Test func damageIsFound() throws {
    _ = try writeSample()
    let whole = try [UInt8](Data(contentsOf: URL(filePath: path)))
    let start = try #require(try HDF5File(reading: path).dataset("images/blob").fileOffset)
    var changed = whole
    changed[start + 300] ^= 1
    try Samples.write(changed, path)
    let dataset = try Dataset(opening: path)
    #expect(words { _ = try dataset.bytes(of: 0) }.contains("record 0, 'picture 0'"))
    let found = dataset.verify()
    #expect(found.failures.count == 2 && !found.isSound, "\(found)")
    #expect(found.description.contains("not those that were written"))
    #expect(found.description.contains("is recorded"))
    for part in [3, 2] {
      try Samples.write(Array(whole.prefix(whole.count * (part - 1) / part)), path)
      #expect(words { _ = try Dataset(opening: path) }.contains("truncated file"))
    }
  }

  @Test func anIndexThatContradictsItselfIsRefused() throws {
    func open(_ change: (borrowing HDF5Writer) throws -> Void, offsets: [UInt64]) throws -> String {
      let file = try HDF5Writer(creating: path)
      try file.setAttribute("schema", to: "pigment.dataset")
      try file.setAttribute("schema_version", to: 1)
      for name in ["source", "created_by", "content_sha256"] { try file.setAttribute(name, to: "") }
      try file.write("classes", ["cat"])
      try file.write("ids", ["a", "b"])
      try file.write("images/blob", [1, 2, 3, 4] as [UInt8])
      try file.write("images/offsets", offsets)
      try file.write("images/crc32", [0, 0] as [UInt32])
      try file.write("images/shape", [1, 1, 3, 1, 1, 3] as [UInt16], shape: [2, 3])
      try file.write("images/format", [0, 1] as [UInt8])
      try change(file)
      try file.commit()
      return words { _ = try Dataset(opening: path) }
    }
    #expect(try open({ _ in }, offsets: [0, 2, 4]) == "no error")
    #expect(try open({ _ in }, offsets: [0, 2, 5]).contains("do not ascend from 0 to 4"))
    #expect(try open({ _ in }, offsets: [0, 5, 4]).contains("do not ascend"))
    #expect(try open({ _ in }, offsets: [1, 2, 4]).contains("do not ascend"))
    #expect(try open({ _ in }, offsets: [0, 4]).contains("its shape is [2], not [3]"))
    let labels = try open(
      { try $0.write("labels/single", [0, 1] as [Int32]) }, offsets: [0, 2, 4])
    #expect(labels.contains("none of the 1 classes"))
    let split = try open({ try $0.write("splits/train", [0, 2] as [Int64]) }, offsets: [0, 2, 4])
    #expect(split.contains("/splits/train"))
  }

  @Test func manyThreadsReadAtOnce() async throws {
    _ = try writeSample()
    let dataset = try Dataset(opening: path)
    let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
      for index in 0..<200 {
        group.addTask { try dataset.picture(index % 5, .whole).width }
      }
      return try await group.reduce(0, +)
    }
    #expect(sizes == 40 * (8 + 9 + 10 + 11 + 12))
  }
}
