import Foundation
import Images
import Metrics
import TestSupport
import Testing

@Suite struct ConfusionMatrixTests {
  struct Absent: Decodable {
    let confusion: [[Int]]
    let iu: [Double?]
    let mean_accuracy_nanmean, mean_iu_nanmean: Double
  }
  struct File: Decodable {
    let absent_class_case: Absent
    let classes, images: [String]
    let confusion_rows_true_cols_pred: [[Int]]
    let frequency_weighted_iu, mean_accuracy, mean_iu_percent, pixel_accuracy: Double
    let iu_percent: [Double]
    let valid_pixels: Int
    let pairs: [[String: String]]?
  }

  @Test(arguments: GoldenSource.present)
  func agreesWithTheDevelopmentKit(_ source: GoldenSource) throws {
    let file: File = try source.load("segmentation.json")
    var matrix = ConfusionMatrix(classes: file.classes)
    for (place, image) in file.images.enumerated() {
      func pixels(_ kind: String) throws -> [UInt8] {
        if let pairs = file.pairs { return bytes(try #require(pairs[place][kind])) }
        let path = source.path("seg/\(image)_\(kind).png")
        let data = try Data(contentsOf: URL(filePath: path))
        return try Picture(decoding: [UInt8](data), as: .paletteIndices).samples
      }
      var one = ConfusionMatrix(classes: file.classes)
      one.add(truth: try pixels("gt"), predicted: try pixels("pred"))
      matrix.merge(one)
    }
    #expect(matrix.counts == file.confusion_rows_true_cols_pred.flatMap { $0 })
    #expect(matrix.pixels == file.valid_pixels)
    #expect(agree(matrix.intersectionOverUnion.values, file.iu_percent.map { $0 / 100 }))
    #expect(agree(matrix.intersectionOverUnion.mean, file.mean_iu_percent / 100))
    #expect(agree(matrix.pixelAccuracy, file.pixel_accuracy))
    #expect(agree(matrix.accuracy.mean, file.mean_accuracy))
    #expect(agree(matrix.frequencyWeightedIU, file.frequency_weighted_iu))
  }

  @Test func aClassThatOccursNowhereIsLeftOutByName() throws {
    let file: File = try GoldenSource.committed.load("segmentation.json")
    let golden = file.absent_class_case
    let matrix = ConfusionMatrix(
      classes: file.classes, counts: golden.confusion.flatMap { $0 })
    #expect(agree(matrix.intersectionOverUnion.values, golden.iu))
    #expect(agree(matrix.intersectionOverUnion.mean, golden.mean_iu_nanmean))
    #expect(agree(matrix.accuracy.mean, golden.mean_accuracy_nanmean))
    #expect(matrix.intersectionOverUnion.undefined == ["tvmonitor"])
    let absent = zip(file.classes, golden.confusion).filter { $1.allSatisfy { $0 == 0 } }
    #expect(absent.count == 9 && matrix.accuracy.undefined == absent.map(\.0))
  }

  @Test func nothingCountedDefinesNothing() {
    var matrix = ConfusionMatrix(classes: ["a", "b"])
    matrix.add(truth: [255, 255], predicted: [0, 1])
    #expect(matrix.pixels == 0 && matrix.pixelAccuracy == nil)
    #expect(matrix.intersectionOverUnion.mean == nil && matrix.frequencyWeightedIU == nil)
    matrix.add(truth: [0, 1, 255, 1], predicted: [0, 0, 1, 1])
    #expect(matrix.counts == [1, 0, 1, 1])
  }

  private func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.utf8.map { UInt8($0 < 58 ? $0 - 48 : $0 - 87) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
