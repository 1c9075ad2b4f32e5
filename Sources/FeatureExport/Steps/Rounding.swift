internal import Layers
internal import Networks
internal import Tensors

extension ExportDraft {
  /// Rounds kernels and matrices to a precision, in which archives then keep them. Features change
  /// by more than other steps may: the step states how much.
  mutating func round(to precision: WeightPrecision) throws {
    guard precision != .f32 else { return }
    let rounded = precision.rounded(trunk)
    let golden = GoldenValues(of: trunk, configuration)
    let outputs = rounded.outputs(golden.input, of: Set(trunk.names))
    let difference =
      trunk.names.map { relativeDifference(outputs[$0]!, golden.outputs[$0]!) }.max() ?? 0
    (trunk, weights) = (rounded, precision)
    (statistics, dead) = (nil, nil)
    steps.append(
      .init(
        name: "weights rounded", detail: "kernels and matrices to \(precision.rawValue)",
        largestDifference: difference))
  }
}
