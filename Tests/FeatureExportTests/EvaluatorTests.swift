import FeatureExport
import Foundation
import Networks
import TestSupport
import Testing

/// ONNX models in both evaluators that their users have: ONNX Runtime and onnx's reference.
///
/// Needs a Python that has them (`PIGMENT_PYTHON`, that of `make bench-peer`, or `python3`).
@Suite struct EvaluatorTests {
  static let packages = ["numpy", "onnx", "onnxruntime", "safetensors"]
  static let python = Program.python(with: packages)

  @Test(
    .enabled(
      if: Self.python != nil, "needs a Python with \(Self.packages.joined(separator: ", "))"))
  func theImageBesideAModelGivesItsOutputs() throws {
    let scratch = try Scratch()
    let networks: [(TrunkConfiguration, Preprocessing.Channels)] = [
      (Samples.configuration(.eccv16), .lightness),
      (Samples.configuration(.vgg16, channels: 3, affine: true), .rgb),
      (Samples.configuration(.resnet18, channels: 2), .ab),
    ]
    var options = FormatOptions()
    options.outputs = [FormatOptions.all]
    var models: [String] = []
    for (number, (configuration, channels)) in networks.enumerated() {
      models.append(scratch.file("\(number).onnx"))
      try Samples.archive(configuration, channels).write(
        .onnx, to: models[number], options: options)
    }
    let script = SharedData.packagePath("Tests/FeatureExportTests/Parity/evaluators.py")
    let result = try Program.run(try #require(Self.python), [script] + models)
    #expect(result.status == 0, "\(result.output)")
    for evaluator in ["onnxruntime", "onnx.reference"] {
      #expect(
        result.output.components(separatedBy: "\"\(evaluator)\"").count == networks.count + 1,
        "\(result.output)")
    }
  }
}
