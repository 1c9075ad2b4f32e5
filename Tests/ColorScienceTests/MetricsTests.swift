import ColorScience
import Testing

/// Tolerances of the reference set for Double: 1e-12 of the size + 1e-12; PSNR 1e-12 + 1e-10.
struct MetricsTests {
  @Test func theAuCIsThatOfTheReference() throws {
    let golden = try Golden.load("accuracy")
    let truth = try golden("gt_ab").map { Float($0) }
    let predicted = try golden("pred_ab").map { Float($0) }
    let weights = try golden("class_weight")
    func plane(_ values: [Float], _ channel: Int, _ half: Int) -> [Float] {
      let pixels = values.count / 2
      let range = half == 0 ? 0..<(pixels / 3) : (pixels / 3)..<pixels
      return range.map { values[2 * $0 + channel] }
    }
    var halves = [ColorAccuracy(weights: weights), ColorAccuracy(weights: weights)]
    for half in 0..<2 {
      halves[half].add(
        predictedA: plane(predicted, 0, half), predictedB: plane(predicted, 1, half),
        trueA: plane(truth, 0, half), trueB: plane(truth, 1, half))
    }
    #expect(halves[0].auc != halves[1].auc)
    var accuracy = halves[0]
    accuracy.merge(halves[1])
    #expect(accuracy.pixels == 2400)
    #expect(halves.allSatisfy { $0.totalWeight > 0 })
    #expect(abs(accuracy.totalWeight / (halves[0].totalWeight + halves[1].totalWeight) - 1) < 1e-12)
    #expect(try excess(accuracy.curve, over: golden("curve_raw"), relative: 1e-12) < 1e-12)
    #expect(
      try excess(accuracy.rebalancedCurve, over: golden("curve_rebalanced"), relative: 1e-12)
        < 1e-12)
    #expect(try excess([accuracy.auc], over: golden("auc_raw"), relative: 1e-12) < 1e-12)
    #expect(
      try excess([accuracy.rebalancedAuC], over: golden("auc_rebalanced"), relative: 1e-12) < 1e-12)
    #expect(try excess([accuracy.rmse], over: golden("rmse_ab"), relative: 1e-12) < 1e-12)
  }

  @Test func anErrorBeyondTheCurveIsStillCounted() {
    var accuracy = ColorAccuracy(weights: .init(repeating: 1, count: 313))
    accuracy.add(predictedA: [300, 0], predictedB: [0, 0], trueA: [0, 0], trueB: [0, 0])
    #expect(accuracy.auc == 0.5)
    #expect(accuracy.rmse == 150)
  }

  @Test func psnrAndColorfulnessAreThoseOfTheReference() throws {
    let golden = try Golden.load("quality")
    let a = try golden("a").map { UInt8($0) }
    let b = try golden("b").map { UInt8($0) }
    let size = 16 * 17 * 3
    let pictures = (0..<3).map { ($0 * size)..<(($0 + 1) * size) }
    let psnr = pictures.map { PictureQuality.peakSignalToNoiseRatio(Array(a[$0]), Array(b[$0])) }
    #expect(try excess(psnr, over: golden("psnr"), relative: 1e-12) < 1e-10)
    let colorfulness = pictures.map { PictureQuality.colorfulness(rgb: Array(a[$0])) }
    #expect(try excess(colorfulness, over: golden("colorfulness"), relative: 1e-12) < 1e-10)
    #expect(PictureQuality.peakSignalToNoiseRatio([1, 2], [1, 2]) == .infinity)
    #expect(PictureQuality.colorfulness(rgb: [90, 90, 90, 7, 7, 7]) == 0)
  }
}
