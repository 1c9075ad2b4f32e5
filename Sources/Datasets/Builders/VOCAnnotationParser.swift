internal import Foundation
internal import FoundationXML

/// Parses the bytes of an annotation file.
func parsedAnnotation(_ bytes: [UInt8], file: String) throws(DatasetError) -> VOCAnnotation {
  guard !bytes.isEmpty else {
    throw DatasetError(file: file, problem: "it is empty", remedy: "fetch the file again")
  }
  // The parser does not tell of entities that a document type declares, so the words themselves are
  // looked for; without their zero bytes those of UTF-16 look the same.
  let plain = bytes.contains(0) ? bytes.filter { $0 != 0 } : bytes
  if plain.contains(word: "<!DOCTYPE") || plain.contains(word: "<!ENTITY") {
    throw DatasetError(
      file: file, problem: "it declares a document type, through which a file can name other files",
      remedy: "remove the declaration; annotations need none")
  }
  let reader = AnnotationReader()
  let parser = XMLParser(data: Data(bytes))
  parser.shouldResolveExternalEntities = false
  parser.delegate = reader
  let succeeded = parser.parse()
  if let problem = reader.problem {
    throw DatasetError(
      file: file, record: problem.record, problem: problem.words, remedy: "correct the file")
  }
  guard succeeded, reader.isComplete else {
    throw DatasetError(
      file: file, record: "line \(parser.lineNumber)",
      problem: "it is no well-formed VOC annotation", remedy: "fetch the file again")
  }
  return reader.annotation
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
private final class AnnotationReader: NSObject, XMLParserDelegate {
  var annotation = VOCAnnotation()
  var problem: (record: String, words: String)?
  var isComplete = false
  private var path: [String] = []
  private var text = ""
  private var seen: Set<String> = []

  private func fail(_ words: String, _ parser: XMLParser) {
    if problem == nil {
      let number = annotation.objects.count
      let isInObject = path.count > 1 && path[1] == "object"
      problem = (isInObject ? "object \(number)" : "line \(parser.lineNumber)", words)
    }
    parser.abortParsing()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    path.append(name)
    text = ""
    if path.count > 32 { return fail("its elements are nested more than 32 deep", parser) }
    if path[0] != "annotation" {
      return fail("it is no VOC annotation, but begins with <\(path[0])>", parser)
    }
    if path == ["annotation", "object"] {
      annotation.objects.append(VOCAnnotation.Object())
      seen = []
    }
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) {
    if text.utf8.count < 4096 { text += characters }
  }

  func parser(_ parser: XMLParser, foundCDATA block: Data) {
    text += String(decoding: block, as: UTF8.self)
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
    text = ""
    take(value, parser)
    if path == ["annotation"] { isComplete = true }
    path.removeLast()
  }

  private func take(_ value: String, _ parser: XMLParser) {
    switch path.dropFirst().joined(separator: "/") {
    case "filename": annotation.filename = value
    case "size/width": annotation.width = size(value, parser)
    case "size/height": annotation.height = size(value, parser)
    case "object": finishObject(parser)
    default:
      guard path.count > 2, path[1] == "object", let last = annotation.objects.indices.last
      else { return }
      take(value, field: path.dropFirst(2).joined(separator: "/"), of: last, parser)
    }
  }

  private func take(_ value: String, field: String, of last: Int, _ parser: XMLParser) {
    switch field {
    case "name": annotation.objects[last].name = value
    case "difficult": annotation.objects[last].isDifficult = flag(value, parser)
    case "truncated": annotation.objects[last].isTruncated = flag(value, parser)
    case "occluded": annotation.objects[last].isOccluded = flag(value, parser)
    case "part/name": annotation.objects[last].parts.append(value)
    case "bndbox/xmin": annotation.objects[last].xMin = coordinate(value, parser)
    case "bndbox/ymin": annotation.objects[last].yMin = coordinate(value, parser)
    case "bndbox/xmax": annotation.objects[last].xMax = coordinate(value, parser)
    case "bndbox/ymax": annotation.objects[last].yMax = coordinate(value, parser)
    default: return
    }
    if field.hasPrefix("bndbox/") && !seen.insert(field).inserted {
      fail("it has <\(field)> twice", parser)
    }
  }

  private func finishObject(_ parser: XMLParser) {
    guard let object = annotation.objects.last else { return }
    if object.name.isEmpty { return fail("it has no name", parser) }
    if seen.count < 4 { return fail("'\(object.name)' has no complete bndbox", parser) }
    if object.xMin > object.xMax || object.yMin > object.yMax {
      fail("the box of '\(object.name)' ends before it begins", parser)
    }
  }

  private func size(_ value: String, _ parser: XMLParser) -> Int {
    guard let number = Int(value), number >= 0 else {
      fail("'\(value)' is no size", parser)
      return 0
    }
    return number
  }

  private func coordinate(_ value: String, _ parser: XMLParser) -> Double {
    guard let number = Double(value), number.isFinite else {
      fail("'\(value)' is no coordinate", parser)
      return 0
    }
    return number
  }

  private func flag(_ value: String, _ parser: XMLParser) -> Bool {
    if value != "0" && value != "1" { fail("'\(value)' is neither 0 nor 1", parser) }
    return value == "1"
  }
}
