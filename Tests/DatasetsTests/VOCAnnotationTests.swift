import Datasets
import Foundation
import TestSupport
import Testing

/// Annotations of many shapes, with their content told by a manifest.
@Suite(.enabled(if: SharedData.isPresent, "needs the reference data beside the checkout"))
struct VOCAnnotationTests {
  struct Expected: Decodable {
    struct Object: Decodable {
      var name: String
      var bbox: [Double]
      var difficult, truncated, occluded: Int
      var parts: [String]
    }
    var filename: String
    var size: [Int]
    var objects: [Object]
  }
  struct Manifest: Decodable {
    var xml: [String: Expected]
    var xml_bad: [String: String]
  }

  private let folder = SharedData.path("golden/f_formats")
  private var manifest: Manifest {
    get throws {
      try JSONDecoder().decode(
        Manifest.self, from: Data(contentsOf: URL(filePath: "\(folder)/manifest.json")))
    }
  }

  @Test func goodFilesReadAsTheManifestSays() throws {
    let cases = try manifest.xml
    #expect(cases.count == 13)
    for (name, expected) in cases {
      let found = try VOCAnnotation(contentsOfFile: "\(folder)/xml/\(name)")
      #expect(found.filename == expected.filename, "\(name)")
      #expect([found.width, found.height] == Array(expected.size.prefix(2)), "\(name)")
      #expect(found.objects.count == expected.objects.count, "\(name)")
      for (one, other) in zip(found.objects, expected.objects) {
        #expect(one.name == other.name, "\(name)")
        #expect([one.xMin, one.yMin, one.xMax, one.yMax] == other.bbox, "\(name)")
        #expect(one.parts == other.parts, "\(name)")
        let flags = [one.isDifficult, one.isTruncated, one.isOccluded].map { $0 ? 1 : 0 }
        #expect(flags == [other.difficult, other.truncated, other.occluded], "\(name)")
      }
    }
  }

  @Test func hostileFilesAreRefusedAtOnce() throws {
    let cases = try manifest.xml_bad.keys
    #expect(cases.count == 6)
    for name in cases {
      let start = ContinuousClock.now
      #expect(throws: DatasetError.self, "\(name)") {
        try VOCAnnotation(contentsOfFile: "\(folder)/xml/\(name)")
      }
      #expect(ContinuousClock.now - start < .seconds(1), "\(name)")
    }
    for name in ["bad_xxe.xml", "bad_billion_laughs.xml"] {
      let refusal = words { _ = try VOCAnnotation(contentsOfFile: "\(folder)/xml/\(name)") }
      #expect(refusal.contains("declares a document type"), "\(refusal)")
    }
  }
}
