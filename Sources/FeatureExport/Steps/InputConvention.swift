internal import ColorScience
internal import Layers
internal import Networks
internal import Tensors

/// Which channels the exported trunk takes.
public enum InputConvention: String, Sendable, CaseIterable {
  /// Those it was trained with.
  case trained
  /// Red, green and blue, for a trunk trained on gray: the luma weights go into conv1.
  case rgb
  /// L, a and b, for a trunk trained on lightness: conv1 gets filters of zeros for a and b, which
  /// fine-tuning may fill (the paper's color variant).
  case lab
}

/// How the red, green and blue of a trunk trained on gray are shifted and scaled.
public enum RGBNormalization: String, Sendable, CaseIterable {
  /// As gray was, each channel alike: the same features everywhere.
  case matched
  /// By ImageNet's means and deviations, as torchvision's models want it. conv1's bias is corrected
  /// for the other mean; where conv1 pads, its border of zeros stands for another gray than before.
  case imagenet
}

extension ExportDraft {
  /// Gives conv1 other input channels without changing what it computes.
  mutating func changeInput(
    to convention: InputConvention, normalization: RGBNormalization = .matched
  ) throws(ArchiveError) {
    switch (convention, preprocessing.channels) {
    case (.trained, _), (.rgb, .rgb), (.lab, .lab): return
    case (.lab, .lightness): try addColorChannels()
    case (.rgb, .gray): try foldLuma(normalization)
    case (_, let trained):
      let way = convention == .rgb ? "gray" : "lightness"
      throw ArchiveError(
        file: source,
        problem: """
          was trained on \(trained.rawValue), which is no linear part of \(convention.rawValue); \
          only a trunk trained on \(way) can be given that input
          """)
    }
  }

  /// Lightness to L, a, b: the filters of a and b are zeros.
  private mutating func addColorChannels() throws(ArchiveError) {
    let color = Preprocessing(.ab, size: preprocessing.size)
    let (changed, next) = try widened { luminance, size in
      luminance + [Double](repeating: 0, count: 2 * size)
    }
    let side = next.smallestSide
    let input = FeatureComparison.noise([1, 3, side, side])
    let lightness = Tensor(
      Array(input.floats.prefix(side * side)), shape: [1, 1, side, side], on: .cpu)
    let step = FeatureDescription.Step(
      name: "input L, a, b", detail: "conv1 takes a and b through filters of zeros",
      largestDifference: difference(lightness, changed, input))
    try replaceTrunk(changed, next, step)
    preprocessing = Preprocessing(
      .lab, mean: preprocessing.mean + color.mean, scale: preprocessing.scale + color.scale,
      size: preprocessing.size)
  }

  /// Gray to red, green, blue: with x = (c - m) s for each channel, gray's (luma - m) s is a linear
  /// map of them, whose weights go into the filters and whose constant goes into the bias.
  private mutating func foldLuma(_ normalization: RGBNormalization) throws(ArchiveError) {
    let luma = Luma.shares
    let (grayMean, grayScale) = (preprocessing.mean[0], preprocessing.scale[0])
    let target =
      switch normalization {
      case .matched:
        Preprocessing(
          .rgb, mean: [grayMean, grayMean, grayMean], scale: [grayScale, grayScale, grayScale],
          size: preprocessing.size)
      case .imagenet: Preprocessing(.rgb, size: preprocessing.size)
      }
    let factors = (0..<3).map { luma[$0] * grayScale / target.scale[$0] }
    var (changed, next) = try widened { gray, _ in
      factors.flatMap { factor in gray.map { factor * $0 } }
    }
    // What gray's input is where red, green and blue are all at their means.
    let constant = (zip(luma, target.mean).reduce(0) { $0 + $1.0 * $1.1 } - grayMean) * grayScale
    let first = changed.layerNames[0]
    guard let convolution = changed[first].kind.convolution,
      let old = trunk[first].kind.convolution?.weight
    else { throw failure(first) }
    let size = old.shape.count / old.shape[0]
    let sums = stride(from: 0, to: old.shape.count, by: size).map { start in
      old.doubles[start..<start + size].reduce(0, +)
    }
    let isMoved = changed.addToFirst(sums.map { constant * $0 })
    // What a normalization takes for the mean, the convolution before it does not give.
    let others = Set(changed.names).subtracting(isMoved && constant != 0 ? [first] : [])

    // Colors from 0 to 1, once as the old trunk sees them and once as the new one does.
    let side = next.smallestSide
    let colors = FeatureComparison.noise([1, 3, side, side]).floats.map { Double($0) + 0.5 }
    let plane = side * side
    let gray = (0..<plane).map { p in
      ((0..<3).reduce(0.0) { $0 + luma[$1] * colors[$1 * plane + p] } - grayMean) * grayScale
    }
    let rgb = colors.indices.map {
      (colors[$0] - target.mean[$0 / plane]) * target.scale[$0 / plane]
    }
    let (before, after) = (
      Tensor(gray, shape: [1, 1, side, side], on: .cpu),
      Tensor(rgb, shape: [1, 3, side, side], on: .cpu)
    )
    let step: FeatureDescription.Step
    if abs(constant) > 1e-9 && convolution.parameters.padding.height > 0 {
      let inside = FeatureComparison.interior(
        trunk, before, changed, after, shift: 0, of: others)
      let everywhere = difference(before, changed, after, of: others)
      step = .init(
        name: "input R, G, B",
        detail: """
          luma weights folded into conv1, bias corrected for ImageNet's means; compared where no \
          border is seen, features that see one differ by up to \(everywhere)
          """, largestDifference: inside.difference)
    } else {
      step = .init(
        name: "input R, G, B", detail: "luma weights folded into conv1, bias corrected",
        largestDifference: difference(before, changed, after, of: others))
    }
    try replaceTrunk(changed, next, step)
    preprocessing = target
  }

  /// The trunk whose first convolution has three input channels, its filters made by `filter` from
  /// those of one channel.
  private func widened(
    _ filter: (_ one: [Double], _ size: Int) -> [Double]
  ) throws(ArchiveError) -> (Stack, TrunkConfiguration) {
    let first = trunk.layerNames[0]
    guard var convolution = trunk[first].kind.convolution, convolution.weight.shape[1] == 1 else {
      throw failure(first)
    }
    let shape = convolution.weight.shape
    let size = shape.count / shape[0]
    let old = convolution.weight.doubles
    let new = stride(from: 0, to: old.count, by: size).flatMap { start in
      filter(Array(old[start..<start + size]), size)
    }
    convolution.weight = Tensor(
      new, shape: shape.replacing(1, with: 3), dtype: convolution.weight.dtype, on: .cpu)
    var changed = trunk
    changed[first] = convolution
    var next = configuration
    next.inputChannels = 3
    return (changed, next)
  }

  private func failure(_ layer: String) -> ArchiveError {
    .init(file: source, tensor: "\(layer).weight", problem: "has not one input channel")
  }

  /// The largest difference between this trunk on one input and another on its own.
  private func difference(
    _ input: Tensor, _ other: Stack, _ otherInput: Tensor, of layers: Set<String>? = nil
  ) -> Double {
    let layers = layers ?? Set(trunk.names)
    return FeatureComparison.largest(
      trunk.outputs(input, of: layers), other.outputs(otherInput, of: layers),
      pairs: layers.sorted().map { ($0, $0) })
  }
}

extension Stack {
  /// Adds a number to each channel of the first convolution: to its biases, or where it has none
  /// and a normalization follows, to what that takes for their mean; says whether it was the
  /// latter.
  fileprivate mutating func addToFirst(_ numbers: [Double]) -> Bool {
    guard var convolution = stages[0].layer.kind.convolution else { return false }
    func vector(_ values: [Double]) -> Tensor { Tensor(values, shape: [values.count], on: .cpu) }
    if convolution.bias == nil, stages.count > 1,
      var norm = stages[1].layer.kind.batchNormalization
    {
      norm.mean = vector(zip(norm.mean.doubles, numbers).map { $0 - $1 })
      self[layerNames[1]] = norm
      return true
    }
    let bias = convolution.bias?.doubles ?? Array(repeating: 0, count: numbers.count)
    convolution.bias = vector(zip(bias, numbers).map { $0 + $1 })
    self[layerNames[0]] = convolution
    return false
  }
}
