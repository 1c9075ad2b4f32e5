internal import Layers
internal import Networks
internal import Tensors

extension ExportDraft {
  /// Moves every batch normalization into the convolution before it: W' = g W, b' = g (b - mean) +
  /// shift with g = scale / sqrt(variance + epsilon), in double precision.
  ///
  /// A convolution then gives what the normalization gave: `conv1` and what is between it and the
  /// end of `norm1` are no outputs any more. ECCV16 normalizes after its rectifiers; the next
  /// convolution pads with zeros, which a shift of its input would change, so it is refused.
  /// - Source: richzhang/colorization, resources/batch_norm_absorb.py (which leaves epsilon out).
  mutating func foldNormalization() throws(ArchiveError) {
    guard configuration.batchNormalization else {
      throw ArchiveError(file: source, problem: "has no batch normalization to fold")
    }
    let folded = trunk.foldingNormalization
    guard !folded.leaves.contains(where: { $0.layer.kind.batchNormalization != nil }) else {
      throw ArchiveError(
        file: source,
        problem: """
          normalizes after its rectifiers (\(configuration.architecture.rawValue)); the zeros \
          around the next convolution's input forbid folding. Export it without folding
          """)
    }
    var next = configuration
    next.batchNormalization = false
    next.affine = false
    next.isFolded = true
    let input = FeatureComparison.noise(
      [2, next.inputChannels, next.smallestSide, next.smallestSide])
    let difference = FeatureComparison.largest(
      trunk.outputs(input, of: Set(trunk.names)), folded.outputs(input, of: Set(folded.names)),
      pairs: folded.names.map { ($0, $0) })
    let count = trunk.leaves.count - folded.leaves.count
    try replaceTrunk(
      folded, next,
      .init(
        name: FeatureDescription.Step.folding,
        detail: "\(count) layers moved into the convolutions before them",
        largestDifference: difference))
  }
}

extension Stack {
  /// The layers with each normalization moved into the convolution right before it, in blocks too.
  /// What is between is lost; the other outputs are the same before and after.
  fileprivate var foldingNormalization: Stack {
    var stages: [Stage] = []
    for stage in self.stages {
      if let norm = stage.layer.kind.batchNormalization, let last = stages.last,
        let convolution = last.layer.kind.convolution, !convolution.parameters.relu
      {
        stages[stages.count - 1] = Stage(
          last.name, convolution.absorbing(norm), output: stage.output,
          lost: last.outputs + (stage.inner.map { [$0] } ?? []))
        continue
      }
      var stage = stage
      if let block = stage.layer.kind.residual {
        stage.layer = block.mapBranches { $0.foldingNormalization }
      }
      stages.append(stage)
    }
    return Stack(stages)
  }
}

extension Convolution {
  /// This convolution followed by `norm`, as one.
  fileprivate func absorbing(_ norm: BatchNormalization) -> Convolution {
    let outputs = weight.shape[0]
    let (mean, variance) = (norm.mean.doubles, norm.variance.doubles)
    let gains = (0..<outputs).map { 1 / (variance[$0] + norm.epsilon).squareRoot() }
    let scales = norm.scale?.doubles ?? Array(repeating: 1, count: outputs)
    let shifts = norm.shift?.doubles ?? Array(repeating: 0, count: outputs)
    let biases = bias?.doubles ?? Array(repeating: 0, count: outputs)
    let factors = zip(gains, scales).map { $0 * $1 }
    let size = weight.shape.count / outputs
    var weights = weight.doubles
    for index in weights.indices { weights[index] *= factors[index / size] }
    var folded = parameters
    folded.relu = norm.relu
    return Convolution(
      weight: Tensor(weights, shape: weight.shape, dtype: weight.dtype, on: weight.device),
      bias: Tensor(
        (0..<outputs).map { factors[$0] * (biases[$0] - mean[$0]) + shifts[$0] }, shape: [outputs],
        dtype: weight.dtype, on: weight.device), folded)
  }
}
