import Datasets
import Images
import Testing

@Suite struct CIFARBuilderTests {
  let folder = try! TemporaryFolder()
  var path: String { folder.file("d.h5") }

  /// A record whose pixel i is (i, i + 1, i + 2) modulo 256, behind these label bytes.
  private func record(_ labels: [UInt8]) -> [UInt8] {
    labels + (0..<3).flatMap { c in (0..<1024).map { UInt8(truncatingIfNeeded: $0 + c) } }
  }

  private func build(_ labels: CIFARBuilder.Labels = .fine) throws -> Dataset {
    _ = try CIFARBuilder(folder: folder.file("in"), labels: labels).build(to: path)
    return try Dataset(opening: path)
  }

  @Test func theTenClassesAreRead() throws {
    for batch in 1...5 {
      try Samples.write(
        record([1]) + record([0]), folder.file("in/data_batch_\(batch).bin"))
    }
    try Samples.write(record([1]), folder.file("in/test_batch.bin"))
    try Samples.write("airplane\nautomobile\n\n", folder.file("in/batches.meta.txt"))
    let dataset = try build()
    #expect(dataset.classes == ["airplane", "automobile"] && dataset.count == 11)
    #expect(dataset.ids[1] == "train/00001" && dataset.ids[10] == "test/00000")
    #expect(dataset.splits == ["train": Array(0..<10), "test": [10]])
    #expect(dataset.labels == [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    let picture = try dataset.picture(3, .whole)
    #expect((picture.width, picture.height, picture.channels) == (32, 32, 3))
    #expect(
      picture.samples[..<6] == [0, 1, 2, 1, 2, 3] && picture.samples[3069...] == [255, 0, 1])
    #expect(dataset.verify().isSound)

    #expect(words { _ = try build(.coarse) }.contains("no coarse labels"))
    try Samples.write(record([2]), folder.file("in/test_batch.bin"))
    #expect(words { _ = try build() }.contains("test_batch.bin [test/00000]: there is no class 2"))
    try Samples.write([1, 2, 3], folder.file("in/test_batch.bin"))
    #expect(words { _ = try build() }.contains("3 bytes are no whole number of records of 3073"))
  }

  @Test func theHundredClassesHaveTwoKindsOfLabels() throws {
    #expect(words { _ = try build() }.contains("neither data_batch_1.bin nor train.bin"))
    try Samples.write(record([1, 2]), folder.file("in/train.bin"))
    try Samples.write(record([0, 1]), folder.file("in/test.bin"))
    try Samples.write("a\nb\nc\n", folder.file("in/fine_label_names.txt"))
    try Samples.write("A\nB\n", folder.file("in/coarse_label_names.txt"))
    #expect(try build().labels == [2, 1])
    let coarse = try build(.coarse)
    #expect(coarse.labels == [1, 0] && coarse.classes == ["A", "B"])
    #expect(try coarse.picture(0, .whole).samples[..<3] == [0, 1, 2])
  }
}
