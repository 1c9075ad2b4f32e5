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
      rendered.samples[$0..<$0 + 3].allSatisfy { $0 == 90 }
    }
    #expect(gray == 3 * 40 * 30)
    let ink = stride(from: 0, to: rendered.samples.count, by: 3).count {
      rendered.samples[$0] == 40
    }
    #expect(ink > 20 && ink < 1500)
    #expect(rendered.width > 80 && rendered.height > 60)
  }

  @Test func everyPrintableCharacterHasItsOwnGlyph() {
    for font in TextFont.allCases {
      var seen = Set<[UInt8]>()
      let characters = (Array(33...126) + Array(161...172)).map {
        Character(UnicodeScalar(UInt8($0)))
      }
      for character in characters + ["–", "…", "≥", "λ"] {
        var cell = Picture(width: 24, height: font.lineHeight, channels: 1, filledWith: 255)
        cell.draw(String(character), x: 2, y: 0, font: font)
        #expect(cell.samples.contains { $0 < 128 }, "\(character)")
        seen.insert(cell.samples)
      }
      #expect(seen.count == characters.count + 4)
    }
  }

  @Test func linesAreCutBetweenWordsAndNothingIsLost() {
    let font = TextFont.small
    let text =
      "diningtable, pottedplant, motorbike/of/a/folder and averylongwordwithoutanyplacetocut"
    let lines = font.lines(of: text, width: 120)
    #expect(lines.count > 3 && lines.allSatisfy { font.width(of: $0) <= 120 })
    #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
    #expect(lines[0] == "diningtable,")
  }

  @Test func aKeyNamesEveryColorInsideOfTheSheet() {
    var sheet = Sheet(cellSize: (60, 40))
    sheet.rows = [.init(cells: [.init(Picture(width: 60, height: 40, channels: 3))])]
    let without = sheet.rendered()
    sheet.key = (0..<20).map { ([UInt8($0) * 12, 7, 200], "class \($0)") }
    let rendered = sheet.rendered()
    #expect(rendered.width == without.width && rendered.height > without.height + 60)
    for entry in sheet.key {
      let count = stride(from: 0, to: rendered.samples.count, by: 3).count {
        rendered.samples[$0] == entry.color.x && rendered.samples[$0 + 1] == 7
          && rendered.samples[$0 + 2] == 200
      }
      #expect(count > 60, "\(entry.name)")
    }
  }

  @Test func aRowWithoutPicturesIsAsHighAsItsWords() {
    let picture = Picture(width: 90, height: 90, channels: 3)
    var sheet = Sheet(cellSize: (90, 90))
    sheet.rows = [.init(caption: "one", cells: [.init(picture)])]
    let one = sheet.rendered().height
    sheet.rows.append(.init(caption: "dead", cells: [.init(nil)]))
    #expect(sheet.rendered().height == one + sheet.gap + TextFont.small.lineHeight)
  }
}
