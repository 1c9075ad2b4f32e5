import Images
import Testing

/// The picture that `make_images.py` resizes.
private func woven(channels: Int) -> Picture {
  var samples = [UInt8]()
  for y in 0..<37 {
    for x in 0..<53 {
      for c in 0..<channels {
        samples.append(UInt8(((x * 5 + y * 3 + c * 40) ^ (x * y * 7 + c * 13)) % 256))
      }
    }
  }
  return Picture(width: 53, height: 37, channels: channels, samples: samples)
}

@Suite struct GeometryTests {
  @Test func resizingAgreesWithPillow() throws {
    let filters: [String: ResizeFilter] = [
      "box": .box, "bilinear": .bilinear, "bicubic": .bicubic, "lanczos": .lanczos,
    ]
    var (compared, different) = (0, 0)
    for row in Golden.values.resized {
      let box = row.box
      let picture = woven(channels: row.channels).croppedAndResized(
        x: box[0], y: box[1], width: box[2] - box[0], height: box[3] - box[1],
        toWidth: row.size[0], toHeight: row.size[1], filter: try #require(filters[row.filter]))
      #expect(picture.width == row.size[0] && picture.height == row.size[1])
      let mean = picture.samples.reduce(0.0) { $0 + Double($1) } / Double(picture.samples.count)
      #expect(abs(mean - row.mean) < 0.02, "\(row.filter) \(row.size) \(row.box)")
      for (ours, theirs) in zip(picture.samples, row.samples) {
        #expect(abs(Int(ours) - Int(theirs)) <= 1)
        compared += 1
        different += ours == theirs ? 0 : 1
      }
    }
    #expect(compared > 10_000 && Double(different) < 0.002 * Double(compared))
  }

  @Test func onePassEqualsItsSteps() {
    let picture = woven(channels: 3)
    let steps = picture.cropped(x: 8, y: 4, width: 30, height: 24).resized(width: 15, height: 12)
    // Inside the picture the filter may look beyond the crop, so the border differs a little.
    let once = picture.croppedAndResized(
      x: 8, y: 4, width: 30, height: 24, toWidth: 15, toHeight: 12)
    #expect(
      steps.cropped(x: 1, y: 1, width: 13, height: 10)
        == once.cropped(x: 1, y: 1, width: 13, height: 10))
    let mirrored = picture.croppedAndResized(
      x: 8, y: 4, width: 30, height: 24, toWidth: 15, toHeight: 12, mirrored: true)
    #expect(mirrored == once.mirrored() && mirrored != once)
  }

  @Test func nearestKeepsLabelsAndTransparentColorsDoNotBleed() {
    let mask = Picture(width: 2, height: 2, channels: 1, samples: [0, 255, 7, 9])
    let large = mask.resized(width: 4, height: 4, filter: .nearest)
    #expect(large.samples == [0, 0, 255, 255, 0, 0, 255, 255, 7, 7, 9, 9, 7, 7, 9, 9])
    var cutout = Picture(width: 4, height: 1, channels: 4)
    for x in 0..<2 {
      cutout.samples.replaceSubrange((x * 4)..<(x * 4 + 4), with: [200, 10, 20, 255])
    }
    let one = cutout.resized(width: 1, height: 1)
    #expect(one.samples[3] > 100 && one.samples[3] < 155)
    #expect(abs(Int(one.samples[0]) - 200) <= 1)
  }

  @Test func cropsMirrorsAndPastesMovePixels() {
    let picture = woven(channels: 3)
    let part = picture.cropped(x: 50, y: 35, width: 3, height: 2)
    #expect(Array(part.samples.suffix(3)) == Array(picture.samples.suffix(3)))
    #expect(picture.mirrored() != picture && picture.mirrored().mirrored() == picture)
    var sheet = Picture(width: 5, height: 4, channels: 3, filledWith: 1)
    sheet.paste(part, x: 3, y: 3)
    #expect(Array(sheet.samples.suffix(6)) == Array(part.samples.prefix(6)))
    #expect(sheet.samples.prefix(3 * 18).allSatisfy { $0 == 1 })
    sheet.paste(part, x: -2, y: -1)
    #expect(Array(sheet.samples.prefix(3)) == Array(picture.samples.suffix(3)))
  }

  @Test func compositingWeighsByAlpha() {
    var below = Picture(width: 2, height: 1, channels: 3, filledWith: 100)
    let above = Picture(width: 2, height: 1, channels: 4, samples: [200, 0, 0, 128, 9, 9, 9, 0])
    below.composite(above, x: 0, y: 0)
    #expect(below.samples == [150, 50, 50, 100, 100, 100])
    var empty = Picture(width: 1, height: 1, channels: 4)
    empty.composite(above, x: 0, y: 0)
    #expect(empty.samples == [200, 0, 0, 128])
  }
}
