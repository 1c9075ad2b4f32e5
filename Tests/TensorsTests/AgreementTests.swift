import Tensors
import TestSupport
import Testing

/// Every device computes what the reference defines.
@Suite struct AgreementTests {
  @Test(arguments: OperationCases.all) func devicesAgreeWithTheReference(row: OperationCase) {
    for dtype in [DType.f32, .bf16] where row.dtypes.contains(dtype) {
      let expected = row.result(on: .reference, in: dtype)
      for device in Device.present
      where device != .reference && device.backend.dtypes.contains(dtype) {
        expect(row.result(on: device, in: dtype), expected, row, dtype, "\(device) in \(dtype)")
      }
    }
  }
}

/// Expects outputs and gradients to agree, and says which one does not.
func expect(
  _ found: OperationResult, _ expected: OperationResult, _ row: OperationCase, _ dtype: DType,
  _ place: String, _ location: SourceLocation = #_sourceLocation
) {
  #expect(
    found.outputs.count == expected.outputs.count
      && found.gradients.count == expected.gradients.count,
    "\(row.name) on \(place)", sourceLocation: location)
  for (isGradient, pairs) in [
    (false, zip(found.outputs, expected.outputs)),
    (true, zip(found.gradients, expected.gradients)),
  ] {
    for (i, pair) in pairs.enumerated() {
      let problem = disagreement(
        of: pair.0, from: pair.1, within: row.tolerance(dtype, gradient: isGradient))
      #expect(
        problem == nil,
        "\(row.name), \(isGradient ? "gradient" : "output") \(i) on \(place): \(problem ?? "")",
        sourceLocation: location)
    }
  }
}
