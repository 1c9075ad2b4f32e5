import Datasets
import Metrics
import Networks
import Randomness
import Testing
import Training
import VOCTransfer

@Suite struct RegionTests {
  private func box(_ x: Double, _ y: Double, _ right: Double, _ bottom: Double) -> DetectionBox {
    DetectionBox(xMin: x, yMin: y, xMax: right, yMax: bottom)
  }

  @Test func codesAreThoseOfTheReleasedCodeAndAreInverted() {
    // A proposal of 10 x 20 at (10, 20), an object of 20 x 10 at (12, 18).
    let (proposal, object) = (box(10, 20, 19, 39), box(12, 18, 31, 27))
    let code = BoxCoding().encode(object, from: proposal)
    let expected = [
      (22.0 - 15) / 10 / 0.1, (23.0 - 30) / 20 / 0.1, 0.693147 / 0.2, -0.693147 / 0.2,
    ]
    #expect(zip(code, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    let back = BoxCoding().decode(code[...], from: proposal)
    #expect(
      abs(back.xMin - 12) < 1e-9 && abs(back.yMin - 18) < 1e-9 && abs(back.xMax - 31) < 1e-9
        && abs(back.yMax - 27) < 1e-9)
    let wild = BoxCoding().decode([0, 0, 1e6, 1e6], from: proposal)
    #expect(abs(wild.xMax - wild.xMin + 1 - 625) < 1e-6)
  }

  @Test func aQuarterOfTheRegionsShowsObjects() {
    let objects = [
      BoxAnnotation(
        box: Box(xMin: 10, yMin: 10, xMax: 29, yMax: 29), classIndex: 4, isDifficult: false),
      BoxAnnotation(
        box: Box(xMin: 60, yMin: 60, xMax: 79, yMax: 79), classIndex: 2, isDifficult: true),
    ]
    var proposals: [DetectionBox] = []
    for shift in 0..<30 {
      proposals.append(box(10 + Double(shift), 10, 29 + Double(shift), 29))
      proposals.append(box(60 + Double(shift % 3), 60, 79 + Double(shift % 3), 79))
    }
    var sampling = RegionSampling()
    sampling.regions = 16
    let key = RandomKey(seed: 3)
    let regions = sampling.sample(proposals: proposals, objects: objects, key: key)
    // Shifts 0 to 6 share half or more (the object itself counts too), 7 to 16 a tenth or more.
    let truth = DetectionBox(xMin: 10, yMin: 10, xMax: 29, yMax: 29)
    #expect(regions.prefix(4).allSatisfy { $0.label == 5 && $0.object == truth })
    #expect(regions.dropFirst(4).allSatisfy { $0.label == 0 && $0.object == nil })
    #expect(regions.count == 4 + 10)
    for region in regions {
      let overlap = region.box.overlap(truth, .inclusivePixels)
      #expect(region.label > 0 ? overlap >= 0.5 : (0.1..<0.5).contains(overlap))
    }
    #expect(sampling.sample(proposals: proposals, objects: objects, key: key) == regions)
    let other = sampling.sample(proposals: proposals, objects: objects, key: key.folding(1))
    #expect(other != regions)
  }

  @Test func batchesHoldRegionsInTheirOwnPixels() throws {
    let scratch = try Scratch()
    try scratch.scenes("scenes.h5", trainval: 5, test: 1)
    let dataset = try Dataset(opening: scratch.file("scenes.h5"))
    _ = try ProposalBuilder(threads: 1).build(dataset, to: scratch.file("proposals.h5"))
    let proposals = try ProposalFile(reading: scratch.file("proposals.h5"), for: dataset)
    var settings = DetectionConfiguration()
    settings.scales.training = [40, 64]
    settings.batchSize = 2
    func feed(_ settings: DetectionConfiguration) -> DetectionFeed {
      DetectionFeed(
        dataset: dataset, proposals: proposals, records: [0, 1, 2], settings: settings,
        preprocessing: Preprocessing(.lightness, size: 64), key: RandomKey(seed: 5))
    }
    let objects = (0..<3).map { dataset.boxes(of: $0).map { DetectionBox($0.box) } }
    var sides: Set<Int> = []
    var (straight, mirrored) = (0, 0)
    for number in 0..<6 {
      let batch = try feed(settings).batch(number)
      #expect(try feed(settings).batch(number).regions == batch.regions)
      #expect(batch.shape[0] == 2 && batch.values.count == batch.shape.reduce(1, *))
      #expect(batch.regions.count == 5 * batch.count && batch.codes.count == 4 * batch.count)
      sides.insert(batch.shape[2])
      for region in 0..<batch.count where batch.labels[region] > 0 {
        let row = batch.regions[5 * region..<5 * region + 5].map { Double($0) }
        #expect(row[0] == 0 || row[0] == 1)
        let code = batch.codes[4 * region..<4 * region + 4].map { Double($0) }
        let object = settings.coding.decode(
          code[...], from: box(row[1], row[2], row[3], row[4]))
        // The decoded object is one of the annotations at one of the scales, perhaps mirrored.
        var found = (straight: false, mirrored: false)
        for side in [40.0, 64.0] {
          for annotation in objects.joined() {
            func edges(_ left: Double, _ right: Double) -> Bool {
              let factor = side / 48
              return abs(object.xMin - left * factor) < 0.01
                && abs(object.xMax - ((right + 1) * factor - 1)) < 0.01
                && abs(object.yMin - annotation.yMin * factor) < 0.01
                && abs(object.yMax - ((annotation.yMax + 1) * factor - 1)) < 0.01
            }
            if edges(annotation.xMin, annotation.xMax) { found.straight = true }
            if edges(47 - annotation.xMax, 47 - annotation.xMin) { found.mirrored = true }
          }
        }
        #expect(found.straight || found.mirrored)
        if found.straight && !found.mirrored { straight += 1 }
        if found.mirrored && !found.straight { mirrored += 1 }
      }
    }
    #expect(sides.contains(64) && straight > 0 && mirrored > 0)
    settings.scales.mirrors = false
    settings.scales.training = [40]
    #expect(try feed(settings).batch(0).shape == [2, 1, 40, 40])
  }
}

extension DetectionBox {
  init(_ box: Box) {
    self.init(
      xMin: Double(box.xMin), yMin: Double(box.yMin), xMax: Double(box.xMax),
      yMax: Double(box.yMax))
  }
}
