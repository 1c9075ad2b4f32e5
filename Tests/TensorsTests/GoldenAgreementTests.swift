import HDF5
import Tensors
import TestSupport
import Testing

/// Every device meets the values of PyTorch and torchvision.
@Suite struct GoldenAgreementTests {
  @Test(arguments: OperationCases.golden) func agreesWithGoldenValues(row: OperationCase) throws {
    let golden = try #require(row.golden)
    let expected = OperationResult(outputs: golden.outputs, gradients: golden.gradients)
    expect(row.result(on: .reference, in: .f64), expected, row, .f64, "reference in f64")
    for device in Device.present {
      expect(row.result(on: device, in: .f32), expected, row, .f32, "\(device) in f32")
    }
  }

  @Test func outputSizesOfPoolingAreThoseOfPyTorch() {
    // (input, window, stride, PyTorch's output): Caffe keeps a window that starts behind the input.
    for (length, window, stride, output) in [
      (8, 1, 3, 3), (9, 2, 4, 3), (10, 2, 4, 3), (11, 1, 2, 6),
    ] {
      let p = PoolingParameters(window: Pair(window), stride: Pair(stride), ceilMode: true)
      #expect(p.outputShape(input: [1, 1, length, length]) == [1, 1, output, output])
    }
  }

  @Test(
    .enabled(if: SharedData.isPresent, "needs the reference data beside the checkout"),
    arguments: ["conv2d", "conv_transpose2d", "interpolate", "pool", "roi"])
  func committedValuesAreThoseOfTheReferenceData(family: String) throws {
    let file = try HDF5File(reading: SharedData.path("golden/b_layers/\(family).h5"))
    for golden in try Golden(family: family).cases {
      for (name, array) in golden.arrays {
        let isResult = name == "y" || (name.hasPrefix("g") && name != "gy")
        let path = "\(golden.name)/\(name)\(isResult ? "_f64" : "")"
        #expect(try file.shape(of: path) == array.shape.sizes, "\(path)")
        let values: [Double] =
          isResult ? try file.read(path) : try file.read(path, as: Float.self).map(Double.init)
        #expect(values == array.values, "\(path)")
      }
    }
  }
}
