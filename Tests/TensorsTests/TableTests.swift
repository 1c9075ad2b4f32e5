import Foundation
import Tensors
import TestSupport
import Testing

/// The table of cases is complete.
@Suite struct TableTests {
  @Test func everyOperationHasACase() throws {
    let folder = SharedData.packagePath("Sources/Tensors/Operations")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".swift") }.map { String($0.dropLast(6)) }
    #expect(Set(files) == Set(OperationCases.drawn.map(\.operation)))
  }

  @Test func namesAreUnique() {
    let names = OperationCases.all.map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test func everyOperationIsCheckedForItsGradient() {
    let smooth = Set(OperationCases.smooth.map(\.operation))
    #expect(
      Set(OperationCases.all.map(\.operation)).subtracting(smooth)
        == ["CodeWeights", "ColorPlanes", "Convert", "Peaks", "ResponseCounts", "SoftCode"])
  }

  @Test func goldenCasesAreAllThere() {
    let counts = Dictionary(grouping: OperationCases.golden, by: \.operation).mapValues(\.count)
    #expect(
      counts == [
        "Convolution": 24, "TransposedConvolution": 12, "BatchNormalization": 10, "MaxPool": 16,
        "AveragePool": 7, "Relu": 2, "Dense": 2, "Concatenate": 1, "Slice": 1, "Dropout": 1,
        "ResponseNormalization": 5, "Resize": 20, "SoftmaxCrossEntropy": 4,
        "SigmoidCrossEntropy": 1, "SquaredError": 1, "SmoothL1": 3, "RoIAlign": 4, "RoIMaxPool": 4,
      ])
  }
}
