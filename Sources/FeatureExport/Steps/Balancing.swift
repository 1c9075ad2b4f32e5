internal import Datasets
internal import Inputs
internal import Layers
internal import Networks
internal import Randomness
internal import Tensors
internal import Text

extension ExportDraft {
  /// Rescales the layers so that all learn equally fast in fine-tuning, on `count` pictures of a
  /// dataset. Every layer's features stay what they were but for one factor, which the step states.
  ///
  /// - Source: Krähenbühl et al., ICLR 2016, section 3.2, as the released transfer nets were made.
  mutating func balance(on dataset: Dataset, count: Int = 16) throws {
    let pictures = EvenSquares(dataset, count: count, side: preprocessing.size)
    let batch = preprocessing.input(
      of: try (0..<pictures.count).map { try pictures[$0] }, on: .cpu)
    var balanced = trunk
    let report = try Rescaling().rescale(&balanced, batch: batch, key: RandomKey(seed: 1))
    let names = Set(trunk.names)
    let (before, after) = (trunk.outputs(batch, of: names), balanced.outputs(batch, of: names))
    // A rectifier passes its layer's factor on.
    let factors = Dictionary(
      uniqueKeysWithValues: trunk.names.map {
        ($0, report.factors[trunk.layerName(of: $0)] ?? 1)
      })
    let difference =
      trunk.names.map { name in
        relativeDifference(after[name]!, before[name]!.scaled(by: factors[name]!))
      }.max() ?? 0
    let words = trunk.stages.filter { $0.layer.kind.convolution != nil }.map { stage in
      "\(stage.name) \(Table.number(report.factors[stage.name] ?? 1, digits: 4))"
    }
    try replaceTrunk(
      balanced, configuration,
      .init(
        name: "layers balanced",
        detail: "\(report); outputs multiplied by " + words.joined(separator: ", "),
        largestDifference: difference, factors: factors))
  }
}
