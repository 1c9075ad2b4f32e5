import Datasets
import Images
import Plots
import Randomness
import Testing
import Text
import Visualization

/// A dataset looked at before anything learns from it.
@Suite struct SampleTests {
  let folder = try! UnitSamples.Folder()

  /// Smooth blobs of color: different for every number, and alike at any size.
  private func picture(_ number: Int, width: Int, height: Int) -> Picture {
    var stream = RandomKey(seed: 5).folding(number).stream()
    let small = Picture(
      width: 6, height: 5, channels: 3,
      samples: (0..<90).map { _ in UInt8(stream.index(below: 256)) })
    return small.resized(width: width, height: height, filter: .bicubic)
  }

  @Test func picturesThatLookAlikeHaveNearHashes() throws {
    let one = try #require(PerceptualHash(picture(1, width: 200, height: 150)))
    let again = try Picture(decoding: picture(1, width: 120, height: 90).encodedJPEG(quality: 60))
    #expect(try #require(PerceptualHash(again)).distance(to: one) <= 4)
    let others = try (2..<30).map {
      try #require(PerceptualHash(picture($0, width: 200, height: 150))).distance(to: one)
    }
    #expect(others.min()! > 8, "\(others)")
    #expect(PerceptualHash(Picture(width: 40, height: 40, channels: 3, filledWith: 90)) == nil)
  }

  @Test func bandsFindEveryNearPair() {
    var stream = RandomKey(seed: 2).stream()
    func random() -> UInt64 {
      (0..<64).reduce(0) { bits, _ in bits << 1 | (stream.chance(0.5) ? 1 : 0) }
    }
    var hashes: [PerceptualHash?] = (0..<60).map { _ in PerceptualHash(bits: random()) }
    for place in 0..<60 {
      var bits = hashes[place]!.bits
      for _ in 0..<place % 9 { bits ^= 1 << UInt64(stream.index(below: 64)) }
      hashes.append(PerceptualHash(bits: bits))
    }
    hashes.append(nil)
    for limit in [0, 1, 4, 7] {
      let found = PerceptualHash.pairs(of: hashes, within: limit).map {
        [$0.first, $0.second, $0.distance]
      }
      var wanted: [[Int]] = []
      for first in hashes.indices {
        for second in hashes.indices where second > first {
          guard let a = hashes[first], let b = hashes[second] else { continue }
          if a.distance(to: b) <= limit { wanted.append([first, second, a.distance(to: b)]) }
        }
      }
      #expect(found == wanted && wanted.count >= 6, "\(limit)")
    }
  }

  /// Twelve pictures in three splits: 0 and 8 are one file, 1 and 9 look the same, `all` is `train`
  /// and more.
  private func pool() throws -> Dataset {
    let path = "\(folder.path)/pool.h5"
    var writer = try DatasetWriter(creating: path, classes: ["a", "b"], source: "test")
    for record in 0..<12 {
      var picture = picture(record == 8 ? 0 : record == 9 ? 1 : record, width: 80, height: 60)
      if record == 11 { picture = Picture(width: 80, height: 60, channels: 3, filledWith: 7) }
      let bytes = try picture.encodedJPEG(quality: record == 9 ? 50 : 90)
      try writer.append(DatasetRecord(id: UnitSamples.id(record), image: bytes, label: record % 2))
    }
    try writer.addSplit("train", Array(0..<8))
    try writer.addSplit("all", Array(0..<9))
    try writer.addSplit("test", [9, 10, 11])
    _ = try writer.finish()
    return try Dataset(opening: path)
  }

  @Test func duplicatesAndOverlapsAreFound() throws {
    let found = try NearDuplicates(in: pool(), within: 4, threads: 2)
    #expect(found.flat == 1)
    #expect(
      found.pairs.map { [$0.first, $0.second, $0.isAcross ? 1 : 0] } == [[0, 8, 1], [1, 9, 1]])
    #expect(found.pairs[0].distance == nil && found.pairs[1].distance! <= 4)
    #expect(
      found.overlaps.map(\.splits) == [["all", "test"], ["all", "train"], ["test", "train"]])
    #expect(
      found.overlaps.map { [$0.records, $0.same, $0.near] } == [[0, 0, 1], [8, 0, 0], [0, 0, 1]])
    #expect(found.pairTable(atMost: 1).rows.count == 1)
  }

  /// Three pictures, many times each: pairs grow with the copies, not with their square, and every
  /// copy in another split is found.
  @Test func manyCopiesMakeFewPairs() throws {
    let path = "\(folder.path)/copies.h5"
    var writer = try DatasetWriter(creating: path, classes: ["a"], source: "test")
    let files = try [90, 50].map { try picture(1, width: 80, height: 60).encodedJPEG(quality: $0) }
    for record in 0..<60 {
      let image = record < 40 ? files[0] : files[1]
      try writer.append(DatasetRecord(id: UnitSamples.id(record), image: image, label: 0))
    }
    try writer.addSplit("train", Array(0..<30) + Array(40..<60))
    try writer.addSplit("test", Array(30..<40))
    _ = try writer.finish()
    let found = try NearDuplicates(in: Dataset(opening: path), within: 4, threads: 2)
    // Of one file the first of train and the first of test, and each other record with both; of the
    // other file 19 with the first.
    let same = found.pairs.filter { $0.distance == nil }
    #expect(same.count == 1 + 2 * 38 + 19)
    #expect(found.pairs.count < 120 && found.overlaps.map(\.same) == [1 + 38])
    let across = Set(found.pairs.filter(\.isAcross).flatMap { [$0.first, $0.second] })
    #expect(across.isSuperset(of: 30...40))
  }

  /// Whatever the order in the file: copies before the first of the other split count, too.
  @Test func everyCopyAcrossSplitsIsNamed() throws {
    let path = "\(folder.path)/mixed.h5"
    var writer = try DatasetWriter(creating: path, classes: ["a"], source: "test")
    let file = try picture(1, width: 80, height: 60).encodedJPEG(quality: 90)
    for record in 0..<8 {
      try writer.append(DatasetRecord(id: UnitSamples.id(record), image: file, label: 0))
    }
    try writer.addSplit("val", [0, 1, 4])
    try writer.addSplit("train", [2, 3, 5, 6, 7])
    _ = try writer.finish()
    let found = try NearDuplicates(in: Dataset(opening: path), within: 4, threads: 2)
    let across = Set(found.pairs.filter(\.isAcross).flatMap { [$0.first, $0.second] })
    #expect(across == Set(0..<8))
    #expect(Set(found.pairs.map { [$0.first, $0.second] }).count == found.pairs.count)
  }

  @Test func cropsAreThoseOfTheStream() throws {
    let dataset = try pool()
    var augmentation = Augmentation()
    augmentation.size = 24
    let crops = SampleCrops(by: augmentation, from: dataset, seed: 7)
    let stream = SampleStream(
      records: [3, 1, 4], batchSize: 3, key: RandomKey(seed: 7).folding("data"))
    for sample in stream.batch(0) + stream.batch(2) {
      let picture = try dataset.picture(sample.record, augmentation.decodingSize)
      #expect(
        try crops.crop(sample.record, sample.epoch).picture
          == augmentation.sample(from: picture, key: sample.key))
    }
    #expect(try crops.crop(1, 0).picture != crops.crop(1, 1).picture)
  }

  @Test func sheetsHoldBoxesMasksAndCrops() throws {
    let dataset = try pool()
    var sheet = SampleSheet(dataset, [0, 1, 2])
    (sheet.side, sheet.columns) = (64, 2)
    let plain = try sheet.rendered()
    var augmentation = Augmentation()
    augmentation.size = 24
    sheet.crops = (SampleCrops(by: augmentation, from: dataset, seed: 1), 3)
    let cropped = try sheet.rendered()
    #expect(cropped.width > plain.width && plain.height > 2 * 48)
    #expect(try sheet.rendered() == cropped)

    // A mask colors what it covers, a box has an edge of the color of its class.
    var mask = Picture(width: 80, height: 60, channels: 1)
    mask.fill(x: 0, y: 0, width: 40, height: 60, color: [1, 1, 1])
    let record = DatasetRecord(
      id: "one",
      image: try Picture(width: 80, height: 60, channels: 3, filledWith: 250).encodedPNG(),
      boxes: [
        .init(box: Box(xMin: 50, yMin: 30, xMax: 70, yMax: 50), classIndex: 1, isDifficult: false)
      ],
      mask: try mask.encodedPNG())
    let drawn = SampleSheet(
      try UnitSamples.dataset([record], classes: ["a", "b"], "\(folder.path)/one.h5"), [0])
    let picture = try drawn.rendered()
    func count(_ color: [UInt8]) -> Int {
      stride(from: 0, to: picture.samples.count, by: 3).count {
        Array(picture.samples[$0..<$0 + 3]) == color
      }
    }
    // (2 x 250 + 3 x 128) / 5 and (2 x 250) / 5: the first class of VOC's palette over 250.
    #expect(count([176, 100, 100]) > 10_000)
    #expect(count([0, 128, 0]) > 300, "the box of the second class")
  }

  @Test func recordsAreDrawnBySeed() {
    let all = Array(10..<50)
    let one = SampleSheet.drawn(5, of: all, key: RandomKey(seed: 1))
    #expect(one.count == 5 && one == one.sorted() && Set(one).isSubset(of: all))
    #expect(one == SampleSheet.drawn(5, of: all, key: RandomKey(seed: 1)))
    #expect(one != SampleSheet.drawn(5, of: all, key: RandomKey(seed: 2)))
    #expect(SampleSheet.drawn(100, of: all, key: RandomKey(seed: 1)) == all)
  }

  @Test func figuresCountWhatIsThere() throws {
    let dataset = try pool()
    let figures = try DatasetFigures(of: dataset, Array(0..<12), threads: 2).all
    #expect(figures.map(\.name) == ["labels", "sizes", "colors"])
    for (_, figure) in figures { #expect(try !figure.script(.svg, output: "x").isEmpty) }
  }
}
