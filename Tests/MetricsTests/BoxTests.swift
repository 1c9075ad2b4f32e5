import HDF5
import Metrics
import TestSupport
import Testing

@Suite struct BoxTests {
  struct File: Decodable {
    let nms, nms_edge: [String: [Double]]
  }

  @Test(arguments: [0.3, 0.5, 0.7])
  func suppressionAgreesWithTorchvisionAndFastRCNN(_ threshold: Double) throws {
    let golden = try GoldenSource.committed.load("suppression.json", as: File.self).nms
    try compare(threshold) { try #require(golden[$0]) }
  }

  @Test(
    .enabled(if: SharedData.isPresent, "needs the reference data beside the checkout"),
    arguments: [0.3, 0.5, 0.7])
  func suppressionAgreesOnTheStoredFloats(_ threshold: Double) throws {
    let file = try HDF5File(reading: GoldenSource.shared.path("misc.h5"))
    try compare(threshold) { name in
      if name == "boxes" || name == "scores" {
        return try file.read("/nms/\(name)", as: Float.self).map(Double.init)
      }
      return try file.read("/nms/\(name)", as: Int64.self).map(Double.init)
    }
  }

  private func compare(
    _ threshold: Double, _ golden: (String) throws -> [Double]
  ) throws {
    let numbers = try golden("boxes")
    let boxes = (0..<numbers.count / 4).map { box(numbers, $0) }
    let scores = try golden("scores")
    #expect(boxes.count == 70 && scores.count == 70)
    for (extent, name) in [(BoxExtent.continuous, "iou"), (.inclusivePixels, "plus1_iou")] {
      let kept = nonMaximumSuppression(
        boxes, scores: scores, threshold: threshold, extent: extent)
      #expect(kept == (try golden("keep_\(name)\(threshold)")).map { Int($0) })
    }
    let kept = nonMaximumSuppression(
      boxes, scores: scores, classes: try golden("classes").map { Int($0) },
      threshold: threshold, extent: .continuous)
    #expect(kept == (try golden("keep_batched_iou\(threshold)")).map { Int($0) })
  }

  @Test func atTheThresholdABoxIsKept() throws {
    let golden = try GoldenSource.committed.load("suppression.json", as: File.self).nms_edge
    let boxes = (0..<4).map { box(golden["boxes"]!, $0) }
    let kept = nonMaximumSuppression(
      boxes, scores: golden["scores"]!, threshold: 0.5, extent: .continuous)
    #expect(kept == golden["keep_iou0_5"]!.map { Int($0) })
    #expect(nonMaximumSuppression([], scores: [], threshold: 0.5, extent: .continuous) == [])
  }

  @Test func overlapCountsTheEdgePixelOnlyWhereAsked() {
    let (a, b) = (box([0, 0, 9, 9]), box([5, 0, 14, 9]))
    #expect(a.area(.inclusivePixels) == 100 && a.area(.continuous) == 81)
    #expect(agree(a.overlap(b, .inclusivePixels), 50 / 150.0))
    #expect(agree(a.overlap(b, .continuous), 36 / 126.0))
    let beside = box([10, 0, 19, 9])
    #expect(a.overlap(beside, .inclusivePixels) == 0)
    #expect(overlaps([a, b], [a, b, beside], .inclusivePixels).count == 6)
    #expect(agree(overlaps([a], [b, a], .inclusivePixels), [50 / 150.0, 1]))
    #expect(agree(box([3, 3, 3, 3]).overlap(box([3, 3, 3, 3]), .continuous), 0))
  }
}
