internal import Layers
public import Networks
internal import Randomness
internal import Tensors
internal import Training

/// Takes the color head off a trained network and writes what remains as a feature archive.
public enum FeatureExporter {
  /// What an export did.
  public struct Report: Sendable, CustomStringConvertible {
    /// The new archive.
    public let path: String
    /// What the archive says of itself.
    public let features: FeatureDescription
    /// Tensors kept, and the head's tensors that were left behind.
    public let load: LoadReport
    /// The largest difference between the trunk in the checkpoint and the one read back from the
    /// archive, over every layer's output, relative to the layer's largest value.
    public let largestDifference: Double

    /// What was kept, what was left, and how far the archive is from the checkpoint.
    public var description: String {
      let parameters = load.loaded.reduce(0) { $0 + $1.shape.reduce(1, *) }
      return """
        \(path): \(features.trunk.summary); \(features.layers.count) layers, \
        \(parameters) numbers
        head left behind: \(load.unused.map(\.name).joined(separator: ", "))
        features of the archive and of the checkpoint differ by \(largestDifference) at most
        """
    }
  }

  /// Exports the trunk of the checkpoint at `checkpoint` (a file, or a run folder's newest).
  ///
  /// The archive is read back through the same door that transfer uses and its features compared
  /// with the checkpoint's; nothing is left on disk where they differ.
  public static func export(checkpoint path: String, to output: String) throws -> Report {
    let checkpoint = try CheckpointOrigin.checkpoint(at: path)
    let origin = try CheckpointOrigin(checkpoint)
    var trunk = origin.trunk.build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
    let load = try trunk.load(
      from: checkpoint.archive, prefix: "model.", allowingUnused: { $0.hasPrefix("head.") })
    let archive = FeatureArchive(
      trunk: trunk, configuration: origin.trunk,
      preprocessing: .init(.lightness, size: origin.size),
      provenance: .init(
        task: origin.task, run: checkpoint.archive.source, iterations: checkpoint.progress.step,
        seed: origin.seed, dataHash: checkpoint.progress.dataHash, git: "unknown",
        recipeHash: checkpoint.progress.configurationHash))
    try archive.write(to: output)
    let (readBack, _) = try FeatureArchive.read(output)
    return Report(
      path: output, features: archive.description, load: load,
      largestDifference: difference(trunk, readBack.trunk))
  }

  /// The largest relative difference between two trunks' outputs on keyed noise.
  private static func difference(_ a: Stack, _ b: Stack) -> Double {
    var stream = RandomKey(seed: 2).stream()
    let shape: Shape = [2, 1, 64, 64]
    let input = Tensor(
      (0..<shape.count).map { _ in Float(stream.uniform(in: -0.5..<0.5)) }, shape: shape, on: .cpu)
    let names = Set(a.names)
    let (left, right) = (a.outputs(input, of: names), b.outputs(input, of: names))
    return a.names.map { name in
      let (x, y) = (left[name]!.floats, right[name]!.floats)
      let scale = x.lazy.map(abs).max() ?? 1
      return Double(zip(x, y).lazy.map { abs($0 - $1) }.max() ?? 0) / Double(max(scale, 1e-30))
    }.max() ?? 0
  }
}
