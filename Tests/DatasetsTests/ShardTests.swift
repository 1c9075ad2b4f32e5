import Datasets
import Foundation
import Testing

/// Several files as one dataset.
@Suite struct ShardTests {
  let folder = try! TemporaryFolder()

  /// Writes some of ten records into a file; only even ones have masks.
  private func write(
    _ name: String, _ records: Range<Int>, classes: [String] = ["cat", "dog"], boxes: Bool = true
  ) throws -> String {
    var writer = try DatasetWriter(
      creating: folder.file(name), classes: classes, source: "source \(records.lowerBound / 5)")
    for index in records {
      try writer.append(
        DatasetRecord(
          id: "p\(index)", image: Samples.jpeg(8 + index, 6, seed: index), label: index % 2,
          presence: [1, index % 3 == 0 ? 1 : -1],
          boxes: boxes
            ? (0..<index % 3).map {
              BoxAnnotation(
                box: Box(xMin: Float($0), yMin: 0, xMax: 6, yMax: 5), classIndex: $0,
                isDifficult: false)
            } : nil,
          mask: index % 2 == 0 ? Samples.mask(8 + index, 6, 1) : nil))
    }
    try writer.addSplit("train", Array(0..<records.count - 1))
    if records.contains(9) { try writer.addSplit("test", [records.count - 1]) }
    return try writer.finish()
  }

  @Test func severalFilesAreOneDataset() throws {
    let hashes = try [
      write("a-0.h5", 0..<4), write("a-1.h5", 4..<5 + 1), write("a-2.h5", 6..<10),
    ]
    _ = try write("whole.h5", 0..<10)
    let whole = try Dataset(opening: folder.file("whole.h5"))
    let names = (0..<3).map { folder.file("a-\($0).h5") }
    for path in [folder.file("a-*.h5"), names.joined(separator: ",")] {
      let joined = try Dataset(opening: path)
      #expect(joined.count == 10 && joined.files == names && joined.path == path)
      #expect(joined.ids == whole.ids && joined.labels == whole.labels)
      for record in 0..<10 {
        #expect(try joined.bytes(of: record) == whole.bytes(of: record))
        #expect(try joined.maskBytes(of: record) == whole.maskBytes(of: record))
        #expect(joined.hasMask(record) == (record % 2 == 0))
        #expect(joined.size(of: record) == whole.size(of: record))
        #expect(joined.presence(of: record) == whole.presence(of: record))
        #expect(joined.boxes(of: record) == whole.boxes(of: record))
      }
      #expect(joined.splits["train"] == [0, 1, 2, 4, 6, 7, 8])
      #expect(joined.splits["test"] == [9])
      #expect(joined.source == "source 0, source 1")
      #expect(!hashes.contains(joined.contentSHA256) && joined.contentSHA256.count == 64)
      #expect(joined.verify().isSound)
      #expect(joined.summary().records == 10)
    }
    let backward = try Dataset(opening: names.reversed().joined(separator: ","))
    #expect(backward.contentSHA256 != (try Dataset(opening: folder.file("a-*.h5")).contentSHA256))
    #expect(backward.ids.first == "p6")
    #expect(try Dataset(opening: names[1]).contentSHA256 == hashes[1])
  }

  @Test func filesThatDoNotFitAreRefused() throws {
    _ = try write("a.h5", 0..<3)
    _ = try write("b.h5", 3..<6, classes: ["cat", "horse"])
    _ = try write("c.h5", 3..<6, boxes: false)
    func opening(_ names: String...) -> String {
      words { _ = try Dataset(opening: names.map(folder.file).joined(separator: ",")) }
    }
    #expect(opening("a.h5", "b.h5").contains("its classes are not those of"))
    #expect(opening("a.h5", "c.h5").contains("its kinds of annotation"))
    #expect(opening("a.h5", "a.h5").contains("is named twice"))
    #expect(opening("z*.h5").contains("no file has such a name"))
    #expect(opening("a.h5", "none.h5").contains("no such file"))
    #expect(words { _ = try Dataset(opening: folder.path) }.contains("it is a folder"))
  }

  @Test func damageIsFoundInTheFileThatHasIt() throws {
    _ = try write("a.h5", 0..<3)
    _ = try write("b.h5", 3..<6)
    let path = folder.file("b.h5")
    var bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
    let jpeg = Samples.jpeg(12, 6, seed: 4)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: jpeg) })
    bytes[start + jpeg.count / 2] ^= 1
    try Samples.write(bytes, path)
    let dataset = try Dataset(opening: folder.file("*.h5"))
    #expect(words { _ = try dataset.bytes(of: 4) }.contains("b.h5 [record 1, 'p4']"))
    let found = dataset.verify()
    #expect(found.failures.count == 2 && found.failures.allSatisfy { $0.file == path }, "\(found)")
  }
}
