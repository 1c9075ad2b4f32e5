import Files
import Foundation
import Images
import TestSupport
import Testing

/// The cases that `make_resize.py` hands to Pillow, drawn as there.
private struct ResizeCase {
  struct Draws {
    var state: UInt64
    mutating func below(_ limit: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % limit)
    }
  }

  let filter: ResizeFilter
  let picture: Picture
  let columns, rows: Int
  var corner = (x: 0.0, y: 0.0)
  var part: (width: Double, height: Double)

  init(_ number: Int) {
    var draws = Draws(state: UInt64(number))
    filter = [.nearest, .box, .bilinear, .bicubic, .lanczos][draws.below(5)]
    let channels = [1, 3, 3, 4][draws.below(4)]
    let (width, height) = (1 + draws.below(200), 1 + draws.below(150))
    (columns, rows) = (1 + draws.below(180), 1 + draws.below(160))
    part = (Double(width), Double(height))
    if draws.below(2) == 1 {
      func size(_ side: Int) -> Double { 1 + Double(draws.below(1000)) / 999 * Double(side - 1) }
      func place(_ side: Int, _ size: Double) -> Double {
        Double(draws.below(1000)) / 1000 * (Double(side) - size)
      }
      let drawn = (size(width), size(height))
      let from = (place(width, drawn.0), place(height, drawn.1))
      if from.0 + drawn.0 <= Double(width) && from.1 + drawn.1 <= Double(height) {
        (corner, part) = (from, drawn)
      }
    }
    picture = Picture(
      width: width, height: height, channels: channels,
      samples: (0..<width * height * channels).map { place in
        var x = UInt64(place + number * 7919) &* 2_654_435_761
        x = (x ^ (x >> 15)) & 0xFFFF_FFFF
        return UInt8(truncatingIfNeeded: (x &* 2_246_822_519) >> 24)
      })
  }

  var digest: String {
    let result = picture.croppedAndResized(
      x: corner.x, y: corner.y, width: part.width, height: part.height, toWidth: columns,
      toHeight: rows, filter: filter)
    return String(Digest.hexadecimal(result.samples).prefix(16))
  }
}

@Suite struct ResizeTests {
  struct Answer: Decodable { let digests: [String] }

  static let script = SharedData.packagePath("Tests/ImagesTests/Golden/make_resize.py")
  static let python = Program.python(with: ["numpy", "PIL"])

  private func compare(_ answer: Answer) {
    let wrong = answer.digests.indices.filter { ResizeCase($0).digest != answer.digests[$0] }
    #expect(wrong.isEmpty, "\(wrong.count) of \(answer.digests.count), such as \(wrong.prefix(9))")
  }

  @Test func codesAreThoseOfPillow() throws {
    let file = URL(filePath: Self.script).deletingLastPathComponent().appending(path: "resize.json")
    let answer = try JSONDecoder().decode(Answer.self, from: Data(contentsOf: file))
    #expect(answer.digests.count == 400)
    compare(answer)
  }

  @Test(.enabled(if: Self.python != nil, "needs a Python with numpy and Pillow"))
  func codesAreThoseOfThePillowHereOverTenThousandSizes() throws {
    let result = try Program.run(try #require(Self.python), [Self.script, "10000"])
    #expect(result.status == 0, "\(result.errors)")
    let answer = try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
    #expect(answer.digests.count == 10_000)
    compare(answer)
  }

  @Test func aPictureOfTheSameSizeIsItself() {
    let picture = ramp(width: 31, height: 17)
    for filter in ResizeFilter.allCases {
      #expect(picture.resized(width: 31, height: 17, filter: filter) == picture)
    }
  }
}
