import Datasets
import Foundation
import Images
import Networks
import Randomness
import Tensors
import Testing
import VOCTransfer

@Suite struct SegmentationFeedTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// A picture of four flat fields and the mask of their classes; a field's gray is 60 times its
  /// class.
  private func fields(_ width: Int, _ height: Int) -> (picture: Picture, mask: Picture) {
    let mask = (0..<width * height).map { at -> UInt8 in
      (at % width < width / 3 ? 0 : 1) + (at / width < height / 2 ? 0 : 2)
    }
    return (
      Picture(
        width: width, height: height, channels: 3, samples: mask.flatMap { [$0 * 60, 0, 9] }),
      Picture(width: width, height: height, channels: 1, samples: mask)
    )
  }

  @Test func pictureAndMaskAreCutAlike() {
    let (picture, mask) = fields(90, 60)
    var augmentation = SegmentationAugmentation()
    (augmentation.minimumScale, augmentation.maximumScale) = (0.5, 2)
    augmentation.crop = 48
    var sizes: Set<[Int]> = []
    for seed in 0..<60 {
      let sample = augmentation.sample(
        from: picture, mask: mask, key: RandomKey(seed: UInt64(seed)))
      let (width, height) = (sample.picture.width, sample.picture.height)
      #expect(sample.mask.width == width && sample.mask.height == height)
      #expect(max(width, height) <= 48)
      sizes.insert([width, height])
      // Away from edges the colors are those of the classes; nothing between classes appears.
      for y in 2..<height - 2 {
        for x in 2..<width - 2 {
          let around = [
            (0, 0), (-2, 0), (2, 0), (0, -2), (0, 2), (-2, -2), (2, 2), (-2, 2), (2, -2),
          ]
          let labels = Set(around.map { sample.mask.samples[(y + $0.1) * width + x + $0.0] })
          guard labels.count == 1, let label = labels.first else { continue }
          let red = Int(sample.picture.samples[(y * width + x) * 3])
          if abs(red - 60 * Int(label)) > 3 {
            Issue.record("seed \(seed), (\(x), \(y)): red \(red) for class \(label)")
            return
          }
        }
      }
    }
    #expect(sizes.count > 10 && sizes.contains([48, 48]))
  }

  @Test func wholePicturesAreMirroredOrLeftAlone() {
    let (picture, mask) = fields(30, 20)
    let augmentation = SegmentationAugmentation()
    var mirrored = 0
    for seed in 0..<40 {
      let sample = augmentation.sample(
        from: picture, mask: mask, key: RandomKey(seed: UInt64(seed)))
      if sample.mask == mask {
        #expect(sample.picture == picture)
      } else {
        mirrored += 1
        #expect(sample.mask == mask.mirrored() && sample.picture == picture.mirrored())
      }
    }
    #expect((10...30).contains(mirrored))
    var reduced = augmentation
    reduced.longestSide = 15
    let small = reduced.sample(from: picture, mask: mask, key: RandomKey(seed: 1))
    #expect(small.picture.width == 15 && small.mask.height == 10)
    #expect(reduced.whole(picture).width == 15 && augmentation.whole(picture) == picture)
  }

  @Test func batchesAreFilledUpWithVoid() throws {
    var writer = try DatasetWriter(
      creating: scratch.file("d.h5"), classes: ["cat", "dog"], source: "test")
    for (place, size) in [(20, 10), (40, 33)].enumerated() {
      let picture = Picture(width: size.0, height: size.1, channels: 3, filledWith: 255)
      var mask = Picture(
        width: size.0, height: size.1, channels: 1, filledWith: UInt8(place + 1))
      mask.samples[0] = 255
      try writer.append(
        DatasetRecord(
          id: "\(place)", image: picture.encodedPNG(), mask: mask.encodedPNG(palette: .voc)))
    }
    _ = try writer.finish()
    let dataset = try Dataset(opening: scratch.file("d.h5"))
    func batch(_ weights: [Float]?) throws -> SegmentationBatch {
      var augmentation = SegmentationAugmentation()
      augmentation.mirrors = false
      return try SegmentationFeed(
        dataset: dataset, records: [0, 1], batchSize: 2, augmentation: augmentation,
        preprocessing: Preprocessing(.lightness, size: 0), classWeights: weights,
        key: RandomKey(seed: 3)
      ).batch(0)
    }
    let plain = try batch(nil)
    #expect((plain.count, plain.height, plain.width) == (2, 64, 64))
    #expect(plain.input(on: .cpu).shape == [2, 1, 64, 64])
    let counted = plain.weights.count { $0 > 0 }
    #expect(counted == 20 * 10 + 40 * 33 - 2 && plain.weights.allSatisfy { $0 == 0 || $0 == 1 })
    // White is (100 - 50) / 100; what was filled up is zero, as a trunk's own border is.
    let seen = plain.values.count { abs($0 - 0.5) < 1e-4 }
    #expect(seen == 20 * 10 + 40 * 33 && plain.values.count { $0 == 0 } == 2 * 64 * 64 - seen)
    for (at, weight) in plain.weights.enumerated() where weight > 0 {
      #expect((1...2).contains(plain.classes[at]))
    }
    // Scores of e.g. (0, log 3, 0) give class 1 the probability 3 / 5.
    let flat = [Float](repeating: 0, count: 64 * 64)
    let likely = [Float](repeating: log(3), count: 64 * 64)
    let scores = Tensor(flat + likely + flat + flat + likely + flat, shape: [2, 3, 64, 64])
    let (cats, dogs): (Double, Double) = (199, 1319)
    let (lossOfCat, lossOfDog): (Double, Double) = (-log(0.6), -log(0.2))
    let mean: Double = (cats * lossOfCat + dogs * lossOfDog) / (cats + dogs)
    #expect(abs(plain.loss(of: scores).scalar - mean) < 1e-4)
    let weighted = try batch([1, 4, 0.5])
    let sum: Double = 4 * cats * lossOfCat + 0.5 * dogs * lossOfDog
    let balanced = sum / (4 * cats + 0.5 * dogs)
    #expect(abs(weighted.loss(of: scores).scalar - balanced) < 1e-4)
    #expect(try batch([1, 0, 0]).loss(of: scores).scalar == 0)

    // Class 1 has 199 of the 199 labeled pixels where it is, so frequency 1; class 2 likewise.
    #expect(try ClassBalance.medianFrequency(dataset, [0, 1]) == [0, 1, 1])
  }

  @Test func rareClassesCountMore() throws {
    var writer = try DatasetWriter(
      creating: scratch.file("d.h5"), classes: ["cat", "dog"], source: "test")
    // A tenth cat; in the other picture half dog; the rest is background: 5 + 9 of 20.
    for (label, share) in [(1, 1), (2, 5)] {
      let samples = (0..<100).map { UInt8($0 % 10 < share ? label : 0) }
      try writer.append(
        DatasetRecord(
          id: "\(label)",
          image: Picture(width: 10, height: 10, channels: 3).encodedPNG(),
          mask: Picture(width: 10, height: 10, channels: 1, samples: samples)
            .encodedPNG(palette: .voc)))
    }
    _ = try writer.finish()
    let dataset = try Dataset(opening: scratch.file("d.h5"))
    let weights = try ClassBalance.medianFrequency(dataset, [0, 1])
    let expected = [0.5 / 0.7, 0.5 / 0.1, 0.5 / 0.5]
    #expect(zip(weights, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 })
  }
}
