import Metrics
import Randomness
import Testing

@Suite struct DetectionTests {
  struct Object: Decodable {
    let box: [Double]
    let cls, image: String
    let difficult: Bool?
    let score: Double?
  }
  struct Expected: Decodable {
    let npos, ndet: Int
    let ap_voc07_11pt, ap_voc10_area: Double?
    let py_faster_rcnn_11pt, py_faster_rcnn_area: Double?
    let flags_in_score_order: [Int8]?
    let order: [Int]?
    let precision: [Double?]?
    let recall: [Double]?
  }
  struct File: Decodable {
    let classes: [String]
    let detections, ground_truth: [Object]
    let expected: [String: Expected]
    let expected_mean: [String: Double]?

    func evaluated(_ rule: MatchingRule) -> DetectionAP {
      let images = Set((detections + ground_truth).map(\.image)).sorted()
      let found = classes.map { name in
        detections.filter { $0.cls == name }.map {
          Detection(image: images.firstIndex(of: $0.image)!, score: $0.score!, box: box($0.box))
        }
      }
      let objects = classes.map { name in
        ground_truth.filter { $0.cls == name }.map {
          GroundTruthBox(
            image: images.firstIndex(of: $0.image)!, box: box($0.box), isDifficult: $0.difficult!)
        }
      }
      return DetectionAP(found, to: objects, classes: classes, rule: rule)
    }
  }

  static let files = GoldenSource.present.flatMap { source in
    let names = source == .committed ? ["random", "edge"] : ["random", "edge", "separated"]
    return names.map { (source, "detection_\($0).json") }
  }

  @Test(arguments: files)
  func agreesWithTheDevelopmentKits(_ source: GoldenSource, _ name: String) throws {
    let file: File = try source.load(name)
    let result = file.evaluated(.vocDevkit)
    #expect(
      agree(result.elevenPoints.values, file.classes.map { file.expected[$0]!.ap_voc07_11pt }))
    #expect(agree(result.area.values, file.classes.map { file.expected[$0]!.ap_voc10_area }))
    if let mean = file.expected_mean {
      #expect(agree(result.elevenPoints.mean, mean["map_voc07_11pt"]))
      #expect(agree(result.area.mean, mean["map_voc10_area"]))
    }
    for (name, matching) in zip(file.classes, result.matchings) {
      let expected = file.expected[name]!
      #expect(matching.curve.positives == expected.npos)
      #expect(matching.order.count == expected.ndet)
      guard let flags = expected.flags_in_score_order else { continue }
      #expect(matching.order == expected.order)
      #expect(matching.outcomes.map(\.rawValue) == flags)
      #expect(agree(matching.curve.precision, expected.precision!))
      #expect(agree(matching.curve.recall, expected.recall!))
    }
  }

  @Test(arguments: files)
  func agreesWithPyFasterRCNN(_ source: GoldenSource, _ name: String) throws {
    let file: File = try source.load(name)
    let result = file.evaluated(.pyFasterRCNN)
    for (place, name) in file.classes.enumerated() {
      let expected = file.expected[name]!
      // Its thresholds are floating-point tenths, which miss recalls of exactly k/10.
      guard let eleven = expected.py_faster_rcnn_11pt, name != "tenths" else { continue }
      #expect(agree(result.elevenPoints.values[place], eleven))
      #expect(agree(result.area.values[place], expected.py_faster_rcnn_area))
    }
  }

  /// Detections of few scores on few objects, in many orders: who finds an object first does not
  /// matter where all that could have found it share their score.
  @Test func theOrderOfDetectionsIsOfNoAccount() {
    var stream = RandomKey(seed: 6).stream()
    let objects = (0..<12).map { index in
      GroundTruthBox(
        image: index / 3,
        box: box([Double(40 * (index % 3)), 0, Double(40 * (index % 3) + 29), 29]),
        isDifficult: index % 5 == 4)
    }
    let found = (0..<80).map { _ -> Detection in
      let (left, top) = (Double(10 * stream.index(below: 12)), Double(5 * stream.index(below: 3)))
      return Detection(
        image: stream.index(below: 4), score: Double(stream.index(below: 3)),
        box: box([left, top, left + 29, top + 29]))
    }
    let first = DetectionAP([found], to: [objects], classes: ["cat"])
    #expect(first.matchings[0].curve.truePositives.last! > 3)
    for _ in 0..<20 {
      let order = stream.permutation(found.count)
      let other = DetectionAP([order.map { found[$0] }], to: [objects], classes: ["cat"])
      #expect(other.area == first.area && other.elevenPoints == first.elevenPoints)
      #expect(other.matchings[0].curve == first.matchings[0].curve)
    }
    #expect(
      DetectionMatching([], to: objects).curve.areaAP == 0 && first.area.values[0]! > 0)
  }

  @Test func theRulesPartAtExactlyOneHalf() throws {
    let file: File = try GoldenSource.committed.load("detection_edge.json")
    let place = file.classes.firstIndex(of: "exacthalf")!
    #expect(agree(file.evaluated(.vocDevkit).area.values[place], 1))
    #expect(agree(file.evaluated(.pyFasterRCNN).area.values[place], 0.25))
    #expect(file.evaluated(.vocDevkit).area.undefined.sorted() == ["alldifficult", "nogt"])
  }
}
