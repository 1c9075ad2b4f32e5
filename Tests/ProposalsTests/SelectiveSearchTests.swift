import Images
import Proposals
import Testing

@Suite struct SelectiveSearchTests {
  /// Rectangles of plain colors on a gray gradient, with a little texture of their own.
  private static let objects = [
    ProposalBox(xMin: 20, yMin: 15, xMax: 69, yMax: 84),
    ProposalBox(xMin: 90, yMin: 40, xMax: 139, yMax: 69),
    ProposalBox(xMin: 35, yMin: 30, xMax: 54, yMax: 54),
  ]

  private static func scene() -> Picture {
    var picture = Picture(width: 160, height: 110, channels: 3)
    for y in 0..<110 {
      for x in 0..<160 {
        let noise = UInt8((x * 7919 + y * 104_729 + x * y * 31) % 13)
        for c in 0..<3 { picture.samples[(y * 160 + x) * 3 + c] = 60 + UInt8(y / 3) + noise }
      }
    }
    let colors: [SIMD3<UInt8>] = [[200, 60, 50], [60, 90, 210], [240, 220, 80]]
    for (box, color) in zip(objects, colors) {
      picture.fill(
        x: Int(box.xMin), y: Int(box.yMin), width: box.width, height: box.height, color: color)
    }
    return picture
  }

  private static func overlap(_ a: ProposalBox, _ b: ProposalBox) -> Double {
    let width = Int(min(a.xMax, b.xMax) - max(a.xMin, b.xMin)) + 1
    let height = Int(min(a.yMax, b.yMax) - max(a.yMin, b.yMin)) + 1
    guard width > 0 && height > 0 else { return 0 }
    return Double(width * height)
      / Double(a.width * a.height + b.width * b.height - width * height)
  }

  @Test(arguments: ProposalSpace.allCases)
  func findsThePlainObjects(_ space: ProposalSpace) {
    var search = SelectiveSearch()
    search.spaces = [space]
    search.minimumSide = 10
    let boxes = search.boxes(of: Self.scene())
    for object in Self.objects {
      #expect((boxes.map { Self.overlap($0, object) }.max() ?? 0) >= 0.85, "\(space) \(object)")
    }
  }

  @Test func boxesAreInsideAndDifferentAndLargeEnough() {
    var search = SelectiveSearch()
    search.maximumBoxes = 0
    let boxes = search.boxes(of: Self.scene())
    #expect(boxes.count > 20 && Set(boxes).count == boxes.count)
    // 20 pixels of 500 x 375 are 6 of 160 x 110.
    #expect(
      boxes.allSatisfy {
        $0.xMin >= 0 && $0.yMin >= 0 && $0.xMax < 160 && $0.yMax < 110
          && min($0.width, $0.height) >= 6
      })
    #expect(boxes.contains(ProposalBox(xMin: 0, yMin: 0, xMax: 159, yMax: 109)))
    search.minimumSide = 0
    #expect(search.boxes(of: Self.scene()).contains { min($0.width, $0.height) < 6 })
  }

  @Test func theSamePictureGivesTheSameBoxesAndALimitTakesTheFirst() {
    var search = SelectiveSearch()
    let all = search.boxes(of: Self.scene())
    #expect(search.boxes(of: Self.scene()) == all)
    search.maximumBoxes = 15
    #expect(search.boxes(of: Self.scene()) == Array(all.prefix(15)))
  }

  @Test func grayPicturesAreColorPicturesOfGray() {
    let gray = Picture(
      width: 60, height: 40, channels: 1,
      samples: (0..<2400).map { UInt8($0 % 60 < 30 ? 40 : 200) &+ UInt8($0 * 31 % 7) })
    let search = SelectiveSearch()
    #expect(search.boxes(of: gray) == search.boxes(of: gray.withThreeChannels()))
    #expect(search.boxes(of: gray).count > 1)
  }

  @Test(arguments: [(1, 1), (1, 40), (40, 1), (30, 20)])
  func plainPicturesGiveThemselves(_ width: Int, _ height: Int) {
    let plain = Picture(width: width, height: height, channels: 3, filledWith: 90)
    let whole = ProposalBox(xMin: 0, yMin: 0, xMax: Int32(width - 1), yMax: Int32(height - 1))
    #expect(SelectiveSearch().boxes(of: plain).last == whole)
  }
}
