/// Parses the bytes of an annotation file.
func parsedAnnotation(_ bytes: [UInt8], file: String) throws(DatasetError) -> VOCAnnotation {
  guard !bytes.isEmpty else {
    throw DatasetError(file: file, problem: "it is empty", remedy: "fetch the file again")
  }
  // Looked for beforehand, for a better word; without their zero bytes those of UTF-16 look the
  // same.
  let plain = bytes.contains(0) ? bytes.filter { $0 != 0 } : bytes
  if plain.contains(word: "<!DOCTYPE") || plain.contains(word: "<!ENTITY") {
    throw DatasetError(
      file: file, problem: "it declares a document type, through which a file can name other files",
      remedy: "remove the declaration; annotations need none")
  }
  var parser = AnnotationParser()
  do throws(XMLFault) {
    var reader = try XMLReader(bytes)
    try parser.read(&reader)
  } catch {
    let place = error.offset.map { " at byte \($0)" } ?? ""
    throw DatasetError(
      file: file, problem: "is not well-formed text\(place): \(error.problem)",
      remedy: "fetch the file again")
  }
  if let problem = parser.problem {
    throw DatasetError(
      file: file, record: problem.record, problem: problem.words, remedy: "correct the file")
  }
  return parser.annotation
}

extension [UInt8] {
  fileprivate func contains(word: StaticString) -> Bool {
    withUnsafeBufferPointer { bytes in
      let count = word.utf8CodeUnitCount
      return bytes.indices.dropLast(count - 1).contains { start in
        bytes[start] == word.utf8Start[0]
          && (1..<count).allSatisfy { bytes[start + $0] == word.utf8Start[$0] }
      }
    }
  }
}

/// Follows the elements of an annotation; what lies elsewhere than expected is passed over.
private struct AnnotationParser {
  var annotation = VOCAnnotation()
  /// The first thing that is wrong with what the elements say.
  var problem: (record: String, words: String)?
  private var seen: Set<String> = []
  private var place = 0

  mutating func read(_ reader: inout XMLReader) throws(XMLFault) {
    while let event = try reader.next() {
      place = reader.at
      switch event {
      case .start(let name): begin(name, reader.path)
      case .end(let name): end(name, reader)
      }
      reader.clearText()
      // What comes after it is of no use.
      if problem != nil { return }
    }
  }

  private mutating func fail(_ words: String, inObject: Bool = true) {
    if problem == nil {
      problem = (inObject ? "object \(annotation.objects.count)" : "byte \(place)", words)
    }
  }

  private mutating func begin(_ name: String, _ path: [String]) {
    if path[0] != "annotation" {
      fail("it is no VOC annotation, but begins with <\(path[0])>", inObject: false)
    }
    if path == ["annotation", "object"] {
      annotation.objects.append(VOCAnnotation.Object())
      seen = []
    }
  }

  private mutating func end(_ name: String, _ reader: XMLReader) {
    let path = reader.path + [name]
    switch path.dropFirst().joined(separator: "/") {
    case "filename": annotation.filename = words(reader, inObject: false)
    case "size/width": annotation.width = size(words(reader, inObject: false))
    case "size/height": annotation.height = size(words(reader, inObject: false))
    case "object": finishObject()
    default:
      guard path.count > 2, path[1] == "object" else { return }
      take(field: path.dropFirst(2).joined(separator: "/"), reader)
    }
  }

  private mutating func take(field: String, _ reader: XMLReader) {
    let last = annotation.objects.count - 1
    switch field {
    case "name": annotation.objects[last].name = words(reader)
    case "difficult": annotation.objects[last].isDifficult = flag(words(reader))
    case "truncated": annotation.objects[last].isTruncated = flag(words(reader))
    case "occluded": annotation.objects[last].isOccluded = flag(words(reader))
    case "part/name": annotation.objects[last].parts.append(words(reader))
    case "bndbox/xmin": annotation.objects[last].xMin = coordinate(words(reader))
    case "bndbox/ymin": annotation.objects[last].yMin = coordinate(words(reader))
    case "bndbox/xmax": annotation.objects[last].xMax = coordinate(words(reader))
    case "bndbox/ymax": annotation.objects[last].yMax = coordinate(words(reader))
    default: return
    }
    if field.hasPrefix("bndbox/") && !seen.insert(field).inserted {
      fail("it has <\(field)> twice")
    }
  }

  /// The text of the element that ends, without the blanks around it.
  private mutating func words(_ reader: XMLReader, inObject: Bool = true) -> String {
    if reader.text.count > XMLReader.longestText {
      fail("a text is longer than \(XMLReader.longestText) bytes", inObject: inObject)
    }
    let text = Substring(String(decoding: reader.text, as: UTF8.self))
    return String(
      text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  private mutating func finishObject() {
    guard let object = annotation.objects.last else { return }
    if object.name.isEmpty { return fail("it has no name") }
    if seen.count < 4 { return fail("'\(object.name)' has no complete bndbox") }
    if object.xMin > object.xMax || object.yMin > object.yMax {
      fail("the box of '\(object.name)' ends before it begins")
    }
  }

  private mutating func size(_ value: String) -> Int {
    guard let number = Int(value), number >= 0 else {
      fail("'\(value)' is no size", inObject: false)
      return 0
    }
    return number
  }

  private mutating func coordinate(_ value: String) -> Double {
    guard let number = Double(value), number.isFinite else {
      fail("'\(value)' is no coordinate")
      return 0
    }
    return number
  }

  private mutating func flag(_ value: String) -> Bool {
    if value != "0" && value != "1" { fail("'\(value)' is neither 0 nor 1") }
    return value == "1"
  }
}
