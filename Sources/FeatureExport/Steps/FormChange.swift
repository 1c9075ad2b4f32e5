internal import Layers
internal import Networks
internal import Randomness
internal import Tensors

extension ExportDraft {
  /// Gives a net that keeps resolution for pretraining back its strides. AlexNet's conv1 and
  /// poolings lose their borders, pool5 has stride 2 again and fc6 no dilation; a ResNet's last
  /// stages have strides in the place of dilation. The weights are used unchanged.
  ///
  /// Both nets are run on the same pixels and compared wherever they look at the same place and see
  /// no border; the dense net has a feature at every other position in between.
  /// - Source: richzhang/colorization, the transfer nets of feature_learning_tests (the inverse of
  ///   the "à trous" step).
  mutating func restoreStrides() throws(ArchiveError) {
    guard configuration.isDense else { return }
    let next = configuration.strided
    var strided = next.build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
    var tensors = TensorArchive(source: source)
    trunk.save(into: &tensors)
    try strided.load(from: tensors)

    let shift = Self.alignment(dense: trunk, strided: strided)
    let deepest = strided.names.compactMap { strided.geometries[$0] }.last!
    let side = Int(deepest.receptiveField + deepest.stride)
    let picture = FeatureComparison.noise([1, next.inputChannels, shift + side, shift + side])
    let found = FeatureComparison.interior(
      trunk, picture, strided, picture.cropped(from: shift, side: side), shift: shift)
    guard found.positions.values.allSatisfy({ $0 > 0 }) else {
      throw ArchiveError(
        file: source, problem: "has layers whose two forms could not be compared: \(found)")
    }
    preprocessing.size = max(preprocessing.size, next.smallestSide)
    try replaceTrunk(
      strided, next,
      .init(
        name: "strides restored",
        detail: """
          \(configuration.architecture.trunk.stridedWords); compared at \
          \(found.positions.values.reduce(0, +)) positions that see no border
          """, largestDifference: found.difference))
  }

  /// The smallest shift of the strided net's input for which each of its outputs has a counterpart
  /// among the dense net's.
  private static func alignment(dense: Stack, strided: Stack) -> Int {
    let (a, b) = (dense.geometries, strided.geometries)
    let largest = Int(a.values.map(\.stride).max() ?? 1)
    return (0..<largest).first { shift in
      b.allSatisfy { name, geometry in
        let place = (geometry.offset + Double(shift) - a[name]!.offset) / a[name]!.stride
        return place == place.rounded()
      }
    } ?? 0
  }
}

extension Tensor {
  /// The square of `side` pixels at (start, start) of [1, c, h, w].
  fileprivate func cropped(from start: Int, side: Int) -> Tensor {
    let (values, height, width) = (floats, shape[2], shape[3])
    var part: [Float] = []
    part.reserveCapacity(shape[1] * side * side)
    for channel in 0..<shape[1] {
      for row in start..<start + side {
        let begin = (channel * height + row) * width + start
        part += values[begin..<begin + side]
      }
    }
    return Tensor(part, shape: [1, shape[1], side, side], on: device)
  }
}
