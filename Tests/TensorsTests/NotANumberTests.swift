import Tensors
import TestSupport
import Testing

/// A broken network must not look like a sound one: where the reference gives NaN, so does every
/// device.
@Suite struct NotANumberTests {
  /// The places of floating-point numbers that an operation looks up, and refuses where they are
  /// none: regions (rows of 5), the points of soft codes, and shares of classes, of which those
  /// that are zero stand for no class.
  private func refuses(_ row: OperationCase, _ index: Int) -> Bool {
    switch row.operation {
    case "SoftCode": true
    case "RoIMaxPool", "RoIAlign": row.inputs[index].tensor.shape.rank == 2
    case "SoftmaxCrossEntropy": index == 2
    default: false
    }
  }

  @Test(arguments: OperationCases.all) func aNaNGoesWhereTheReferenceLetsItGo(
    row: OperationCase
  ) {
    for (index, input) in row.inputs.enumerated()
    where !input.tensor.isIndex && !refuses(row, index) {
      let count = input.tensor.shape.count
      for place in Set([0, count / 2, count - 1]) {
        let broken = row.withoutNumbers(at: [place], ofInput: index)
        for dtype in [DType.f32, .bf16] where row.dtypes.contains(dtype) {
          let expected = broken.result(on: .reference, in: dtype)
          for device in Device.present
          where device != .reference && device.backend.dtypes.contains(dtype) {
            let found = broken.result(on: device, in: dtype)
            expectNaNs(
              of: expected, in: found,
              "\(row.name), NaN at \(place) of input \(index), on \(device) in \(dtype)")
          }
        }
      }
    }
  }

  @Test func theReferenceLetsThemThroughWindowsAndRectifiers() {
    for name in ["max pool of AlexNet", "convolution with ReLU", "ReLU"] {
      let row = OperationCases.all.first { $0.name == name }!
      let broken = row.withoutNumbers(at: [row.inputs[0].tensor.shape.count / 2], ofInput: 0)
      let result = broken.result(on: .reference, in: .f32)
      #expect(result.outputs[0].values.contains { $0.isNaN }, "\(name)")
    }
  }

  private func expectNaNs(
    of expected: OperationResult, in found: OperationResult, _ what: String
  ) {
    for (part, pairs) in [
      ("output", zip(expected.outputs, found.outputs)),
      ("gradient", zip(expected.gradients, found.gradients)),
    ] {
      for (number, (e, f)) in pairs.enumerated() {
        let hidden = zip(e.values, f.values).enumerated().first {
          $0.element.0.isNaN && !$0.element.1.isNaN
        }
        let place = hidden.map { "element \($0.offset) is \($0.element.1)" } ?? "shapes differ"
        #expect(
          e.shape == f.shape && hidden == nil, "\(what): \(place) in \(part) \(number)")
      }
    }
  }
}
