import Images
import Testing

@Suite struct SheetTests {
  @Test func aSheetHoldsItsPicturesAndItsText() {
    let picture = Picture(
      width: 40, height: 30, channels: 3,
      samples: [UInt8](
        repeating: 90, count: 40 * 30 * 3))
    var sheet = Sheet(cellSize: (40, 30), title: "Title", headers: ["L", "ab"])
    sheet.rows = [
      Sheet.Row(caption: "row\none", cells: [.init(picture, label: "x"), .init(picture)]),
      Sheet.Row(cells: [.init(nil), .init(picture)]),
    ]
    let rendered = sheet.rendered()
    let gray = stride(from: 0, to: rendered.samples.count, by: 3).count {
      rendered.samples[$0] == 90
    }
    #expect(gray == 3 * 40 * 30)
    let ink = stride(from: 0, to: rendered.samples.count, by: 3).count {
      rendered.samples[$0] == 40
    }
    #expect(ink > 150 && ink < 1500)
    #expect(rendered.width > 80 && rendered.height > 60)
  }

  @Test func everyPrintableCharacterHasItsOwnGlyph() {
    var seen = Set<[UInt8]>()
    for code in 33..<127 {
      var cell = Picture(width: 6, height: 11, channels: 1, filledWith: 255)
      cell.draw(String(UnicodeScalar(UInt8(code))), x: 0, y: 0)
      #expect(cell.samples.contains(0), "\(code)")
      seen.insert(cell.samples)
    }
    #expect(seen.count == 94)
  }
}
