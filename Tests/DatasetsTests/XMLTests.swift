import Datasets
import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Annotations as text: what is no XML is refused with its place, and ends nothing.
@Suite struct XMLTests {
  private static let plain = """
    <annotation><filename>a.jpg</filename><size><width>9</width><height>8</height></size><object>
    <name>cat</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox>
    </object></annotation>
    """

  private func read(_ bytes: some Sequence<UInt8>) throws -> VOCAnnotation {
    let path = NSTemporaryDirectory() + "pigment-annotation-\(UUID()).xml"
    defer { unlink(path) }
    try Data(bytes).write(to: URL(filePath: path))
    return try VOCAnnotation(contentsOfFile: path)
  }

  @Test(arguments: [
    (
      "<name>cat</name>", "<name>a &lt;b&gt; &amp;&quot;&apos; &#233;&#xE9;</name>", "a <b> &\"' éé"
    ),
    ("<name>cat</name>", "<name><!-- a - b -->c<![CDATA[<a> & ]]>t</name>", "c<a> & t"),
    ("<name>cat</name>", "<name\n a='1' b = \"<\" >cat</name >", nil),
    ("<name>cat</name>", "<name\n a='1' b = \"&lt;\" >cat</name >", "cat"),
    ("<name>cat</name>", "<name>c<?php a?>at</name><empty/><also a=''/>", "cat"),
    ("<name>cat</name>", "<name>a\r\nb</name>", "a\nb"),
    ("<name>cat</name>", "<name>\u{20AC} \u{1F408}</name>", "\u{20AC} \u{1F408}"),
    ("<annotation>", "<?xml version='1.0' encoding='utf-8'?>\n<!-- c --><annotation>", "cat"),
    ("<annotation>", " <?xml version='1.0'?><annotation>", nil),
    ("<annotation>", "text<annotation>", nil), ("</annotation>", "</annotation><a/>", nil),
    ("</annotation>", "</annotation> <!-- end -->\n", "cat"), ("</annotation>", "", nil),
    ("<name>cat</name>", "<name>cat</nam>", nil), ("<name>cat</name>", "<name>cat", nil),
    ("<name>cat</name>", "<name>c&at;</name>", nil),
    ("<name>cat</name>", "<name>a & b</name>", nil),
    ("<name>cat</name>", "<name>&#0;</name>", nil),
    ("<name>cat</name>", "<name>&#xD800;</name>", nil),
    ("<name>cat</name>", "<name>a\u{1}</name>", nil),
    ("<name>cat</name>", "<name>\u{FFFE}</name>", nil),
    ("<name>cat</name>", "<name>]]></name>", nil), ("<name>cat</name>", "<name a>cat</name>", nil),
    ("<name>cat</name>", "<name a='1' a='2'>cat</name>", nil),
    ("<name>cat</name>", "<1name>cat</1name>", nil), ("<name>cat</name>", "< name>cat</name>", nil),
    ("<name>cat</name>", "<name>cat</name><!-- a -- b -->", nil),
    ("<name>cat</name>", "<name><![CDATA[cat</name>", nil),
    ("<name>cat</name>", "<!ELEMENT a><name>cat</name>", nil),
  ]) func textsAreReadOrRefused(_ part: String, _ other: String, _ name: String?) throws {
    let text = Self.plain.replacing(part, with: other)
    guard let name else {
      let refusal = words { _ = try read(text.utf8) }
      #expect(refusal.contains(": is not well-formed text at byte "), "\(refusal)")
      return
    }
    #expect(try read(text.utf8).objects.map(\.name) == [name])
  }

  @Test func encodingsAreFollowedOrNamed() throws {
    let text = Self.plain.replacing("cat", with: "café")
    let units = Array("\u{FEFF}\(text)".utf16)
    #expect(
      try read(units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }).objects[0].name == "café")
    #expect(
      try read(units.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }).objects[0].name == "café")
    let latin = "<?xml version='1.0' encoding='ISO-8859-1'?>\(text)".unicodeScalars
    #expect(try read(latin.map { UInt8($0.value) }).objects[0].name == "café")
    let refusal = words { _ = try read(text.unicodeScalars.map { UInt8($0.value) }) }
    #expect(refusal.contains("byte 233 is no character of XML"), "\(refusal)")
    let foreign = words { _ = try read("<?xml version='1.0' encoding='GBK'?>\(text)".utf8) }
    #expect(foreign.contains("it is in the encoding 'GBK'"), "\(foreign)")
  }

  @Test func whatIsTooMuchIsRefused() throws {
    let deep = String(repeating: "<a>", count: 100_000)
    #expect(words { _ = try read("<annotation>\(deep)".utf8) }.contains("more than 32 deep"))
    let long = String(repeating: "x", count: 5000)
    let refusal = words { _ = try read(Self.plain.replacing("cat", with: long).utf8) }
    #expect(refusal.contains("object 1") && refusal.contains("longer than 4096"), "\(refusal)")
    let unread = "<filename>a.jpg</filename><segmentation>\(long)</segmentation>"
    let text = Self.plain.replacing("<filename>a.jpg</filename>", with: unread)
    #expect(try read(text.utf8).objects.count == 1)
  }

  /// Two thousand mutants: whatever comes of them, the process is still there.
  @Test func mutantsTrapNothing() throws {
    let seeds =
      [Self.plain]
      + Self.annotations.prefix(20).compactMap {
        try? String(contentsOfFile: $0, encoding: .utf8)
      }
    var random = SystemRandom(state: 7)
    var refused = 0
    for number in 0..<2000 {
      var bytes = Array(seeds[number % seeds.count].utf8)
      for _ in 0..<random.below(4) + 1 { random.damage(&bytes) }
      do { _ = try read(bytes) } catch is DatasetError { refused += 1 }
    }
    #expect(refused > 500 && refused < 2000)
  }

  private static let annotations: [String] = {
    let folder = SharedData.path("data/voc/VOCdevkit/VOC2007/Annotations")
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
      .map { "\(folder)/\($0)" }
  }()

  /// Foundation's reader and ours say the same of every annotation of VOC2007.
  @Test(.enabled(if: SharedData.isPresent, "needs the reference data beside the checkout"))
  func realAnnotationsReadAsFoundationReadsThem() throws {
    try #require(Self.annotations.count > 100)
    for path in Self.annotations {
      let found = try VOCAnnotation(contentsOfFile: path)
      let reference = try #require(Reference(path))
      let ours =
        [found.filename, "\(found.width)", "\(found.height)"]
        + found.objects.flatMap { one in
          [one.name, "\(one.xMin)", "\(one.yMin)", "\(one.xMax)", "\(one.yMax)"]
            + [one.isDifficult, one.isTruncated].map { $0 ? "1" : "0" }
        }
      #expect(ours == reference.values, "\(path)")
    }
  }
}

/// The same content by the system's parser, element by element.
private final class Reference: NSObject, XMLParserDelegate {
  private var path: [String] = []
  private var text = ""
  private var (head, object): ([String: String], [String: String]) = ([:], [:])
  private var objects: [[String: String]] = []

  var values: [String] {
    func number(_ text: String?) -> String { text.flatMap(Double.init).map { "\($0)" } ?? "none" }
    return ["filename", "size/width", "size/height"].map { head[$0] ?? "" }
      + objects.flatMap { one in
        [one["name"] ?? ""]
          + ["xmin", "ymin", "xmax", "ymax"].map { number(one["bndbox/\($0)"]) }
          + ["difficult", "truncated"].map { one[$0] ?? "0" }
      }
  }

  init?(_ file: String) {
    super.init()
    guard let parser = XMLParser(contentsOf: URL(filePath: file)) else { return nil }
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    path.append(name)
    text = ""
    if path == ["annotation", "object"] { object = [:] }
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
    let place = path.dropFirst().joined(separator: "/")
    if path.count > 2 && path[1] == "object" {
      object[path.dropFirst(2).joined(separator: "/")] = value
    } else if place == "object" {
      objects.append(object)
    } else {
      head[place] = value
    }
    (text, path) = ("", path.dropLast())
  }
}

/// Damage that is the same at every run.
private struct SystemRandom {
  var state: UInt64

  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }

  mutating func damage(_ bytes: inout [UInt8]) {
    let at = below(bytes.count)
    switch below(6) {
    case 0: bytes[at] ^= UInt8(1 << below(8))
    case 1: bytes[at] = UInt8(below(256))
    case 2: bytes.removeSubrange(at..<min(bytes.count, at + below(20)))
    case 3:
      bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + below(20))], at: below(at + 1))
    case 4: bytes.insert(contentsOf: Array("<&]]>\u{0}\u{FF}/!?".utf8).suffix(below(8)), at: at)
    default: bytes.removeLast(below(bytes.count))
    }
    if bytes.isEmpty { bytes = [60] }
  }
}
