internal import Layers
internal import Networks
internal import Randomness
internal import Tensors

/// A network as training left it: a trunk, and the tensors of a head of whatever kind.
struct WholeNetwork: Parameterized {
  private var trunk: Stack
  private var head: [(name: String, tensor: Tensor)]

  /// Restores it from a checkpoint's tensors `model.…`, strictly: each of them belongs to the trunk
  /// or to the head.
  init(_ configuration: TrunkConfiguration, _ archive: TensorArchive) throws(ArchiveError) {
    trunk = configuration.build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
    head = []
    for name in archive.names where name.hasPrefix("model.head.") {
      let tensor = try archive.tensor(name, on: .cpu)
      head.append((String(name.dropFirst("model.head.".count)), tensor))
    }
    try load(from: archive, prefix: "model.")
  }

  /// Visits the trunk's tensors under their own names and the head's under `head`.
  mutating func visit(_ visitor: inout some ParameterVisitor) {
    trunk.visit(&visitor)
    visitor.path.append("head")
    for index in head.indices {
      visitor.parameter(head[index].name, &head[index].tensor, .weight)
    }
    visitor.path.removeLast()
  }

  /// The largest difference, relative to each layer's largest value, between the features of this
  /// network and those of a trunk that was stripped of its head, written and read; infinite where
  /// features are not finite.
  func difference(
    from stripped: Stack, _ configuration: TrunkConfiguration
  ) throws(ArchiveError) -> Double {
    var archive = TensorArchive(source: "the stripped trunk")
    stripped.save(into: &archive)
    var read = configuration.build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
    try read.load(from: try TensorArchive(bytes: archive.serialized(), source: archive.source))
    let side = max(64, configuration.smallestSide)
    let input = FeatureComparison.noise([1, configuration.inputChannels, side, side])
    let names = Set(read.names)
    return FeatureComparison.largest(
      trunk.outputs(input, of: names), read.outputs(input, of: names),
      pairs: read.names.map { ($0, $0) })
  }
}
