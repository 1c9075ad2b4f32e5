internal import Foundation
public import Layers
internal import Randomness
public import Tensors

/// An input and what every layer of a trunk makes of it: by computing them anew a reader proves
/// that it has the same network.
public struct GoldenValues {
  /// The input, [1, channels, height, width].
  public let input: Tensor
  /// The outputs of the layers, by name.
  public let outputs: [String: Tensor]

  /// The largest difference, relative to a layer's largest value, that still counts as the same
  /// network: float32 programs differ by about 1e-5 after twenty layers.
  public static let tolerance = 1e-3

  /// The values of a trunk on keyed noise, large enough for one output of the deepest layer.
  public init(of trunk: Stack, _ configuration: TrunkConfiguration, on device: Device = .cpu) {
    var stream = RandomKey(seed: 313).folding("golden input").stream()
    let side = configuration.smallestSide
    let shape: Shape = [1, configuration.inputChannels, side, side]
    let values = (0..<shape.count).map { _ in Float(stream.uniform(in: -0.5..<0.5)) }
    self.init(of: trunk, input: Tensor(values, shape: shape, on: device))
  }

  /// The values of a trunk on an input [1, channels, height, width].
  public init(of trunk: Stack, input: Tensor) {
    self.input = input
    outputs = trunk.outputs(input, of: Set(trunk.names))
  }

  /// Reads `input` and `output.LAYER` under `prefix`; a missing layer is an error.
  public init(
    from archive: TensorArchive, prefix: String = "", layers: [String], on device: Device = .cpu
  ) throws(ArchiveError) {
    input = try archive.tensor("\(prefix)input", on: device)
    var found: [String: Tensor] = [:]
    for name in layers {
      found[name] = try archive.tensor("\(prefix)output.\(name)", on: device)
    }
    outputs = found
  }

  /// The names of the tensors that `save` writes.
  public static func names(prefix: String = "", layers: [String]) -> [String] {
    ["\(prefix)input"] + layers.map { "\(prefix)output.\($0)" }
  }

  /// Adds `input` and `output.LAYER` under `prefix`.
  public func save(into archive: inout TensorArchive, prefix: String = "") {
    archive.add("\(prefix)input", input)
    for (name, output) in outputs.sorted(by: { $0.key < $1.key }) {
      archive.add("\(prefix)output.\(name)", output)
    }
  }

  /// The largest difference of `found` from the golden outputs, relative to each layer's largest
  /// value.
  ///
  /// An error names the first layer in `order` that is missing, has another shape, or differs by
  /// more than the tolerance.
  @discardableResult
  public func prove(
    _ found: [String: Tensor], order: [String], file: String
  ) throws(ArchiveError) -> Double {
    var largest = 0.0
    for name in order {
      guard let golden = outputs[name], let output = found[name], golden.shape == output.shape
      else {
        throw ArchiveError(
          file: file, tensor: name,
          problem: "has the output \(found[name].map { "\($0.shape)" } ?? "none"), the golden "
            + "one is \(outputs[name].map { "\($0.shape)" } ?? "none")")
      }
      let difference = relativeDifference(output, golden)
      guard difference <= Self.tolerance else {
        throw ArchiveError(
          file: file, tensor: name,
          problem: """
            gives another output than when the file was written (largest difference \
            \(String(format: "%.1e", difference)) of the layer's largest value); the file or the \
            program is damaged
            """)
      }
      largest = max(largest, difference)
    }
    return largest
  }
}

/// The largest difference of two tensors' elements, relative to the largest magnitude of
/// `reference`; infinite where a number is not finite. Waits for the device.
public func relativeDifference(_ tensor: Tensor, _ reference: Tensor) -> Double {
  require(
    tensor.shape == reference.shape,
    "relativeDifference: shapes differ, \(tensor.shape) and \(reference.shape)")
  var (worst, scale) = (0.0, 0.0)
  for (x, y) in zip(tensor.doubles, reference.doubles) {
    guard x.isFinite, y.isFinite else { return .infinity }
    worst = max(worst, abs(x - y))
    scale = max(scale, abs(y))
  }
  return worst == 0 ? 0 : worst / max(scale, 1e-30)
}
