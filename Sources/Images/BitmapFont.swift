/// A small fixed-width font for printable ASCII, drawn for this project: glyphs of 5 x 9 pixels
/// (capitals 7 high, two rows for descenders) in cells of 6 x 11.
public enum BitmapFont {
  /// Columns from one character to the next, at scale 1.
  public static let advance = 6
  /// Rows from one line of text to the next, at scale 1.
  public static let lineHeight = 11

  /// Columns that a line of text takes, without the space behind its last letter.
  public static func width(of text: String, scale: Int = 1) -> Int {
    max(0, text.count * advance - 1) * scale
  }

  /// The nine rows of a character, five bits each, the left pixel highest; others look like "?".
  static func rows(of character: Character) -> ArraySlice<UInt8> {
    let code = character.asciiValue.map(Int.init) ?? 63
    let glyph = (32...126).contains(code) ? code - 32 : 31
    return rowsOfAll[(glyph * 9)..<(glyph * 9 + 9)]
  }

  /// Nine rows for each of the 95 characters; a digit of base 32 (0-9, a-v) is one row.
  private static let rowsOfAll: [UInt8] = glyphs.utf8.compactMap { digit in
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "v"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  // From the space to the tilde, in the order of their codes.
  private static let glyphs = """
    000000000 444440400 aa0000000 aavavaa00 4fke5u400 op248j300 cik8lid00 440000000
    248884200 842224800 04lel4000 044v44000 00000c480 000e00000 00000cc00 01248g000
    ehjlphe00 4c4444e00 eh1248v00 v2421he00 26aiv2200 vgu11he00 68guhhe00 v12488800
    ehhehhe00 ehhf12c00 0cc0cc000 0cc0c4800 248g84200 00v0v0000 842124800 eh1240400
    eh1dlle00 4ahhvhh00 uhhuhhu00 ehggghe00 uhhhhhu00 vgguggv00 vgguggg00 ehgnhhf00
    hhhvhhh00 e44444e00 72222ic00 hikokih00 ggggggv00 hrllhhh00 hhpljhh00 ehhhhhe00
    uhhuggg00 ehhhlid00 uhhukih00 fgge11u00 v44444400 hhhhhhe00 hhhhha400 hhhllla00
    hha4ahh00 hha444400 v1248gv00 e88888e00 0g8421000 e22222e00 4ah000000 0000000v0
    840000000 00e1fhf00 gguhhhu00 00ehghe00 11fhhhf00 00ehvge00 698s88800 00fhhhf1e
    ggmphhh00 40c444e00 2062222ic ggikoki00 c44444e00 00qllll00 00mphhh00 00ehhhe00
    00uhhhugg 00fhhhf11 00mpggg00 00fge1u00 88s889600 00hhhjd00 00hhha400 00hhlla00
    00ha4ah00 00hhhhf1e 00v248v00 244844200 444444400 844244800 008l20000
    """
}
