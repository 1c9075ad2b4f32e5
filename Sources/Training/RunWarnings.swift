internal import Datasets
internal import Tensors

/// What is unusual about a run and wastes its hours where it was not meant: said before its first
/// step, and noted in its journal.
extension LearningRun {
  /// A sentence each; none where nothing is unusual.
  ///
  /// Reads no more than a few records: what a task says of its labels (`LearningTask.warnings`).
  public func warnings() throws -> [String] {
    let settings = task.settings.run
    var found: [String] = []
    let pictures = task.stream.records.count
    if pictures < settings.batchSize {
      found.append(
        """
        \(pictures) pictures to learn from are fewer than batchSize (\(settings.batchSize)): every \
        batch shows some of them several times
        """)
    }
    if let words = settings.unusualRate { found.append(words) }
    return found + (try task.warnings)
  }
}

extension RunSettings {
  /// Words about a learning rate that no recipe has; nil where it is within what they have.
  public var unusualRate: String? {
    let usual = optimizer.rule.usualRates
    guard !usual.contains(schedule.rate) else { return nil }
    return """
      schedule.rate \(schedule.rate) is outside of what recipes with \(optimizer.rule.rawValue) \
      have (\(usual.lowerBound) to \(usual.upperBound); losses here are means over pictures): it \
      \(schedule.rate < usual.lowerBound ? "may learn nothing" : "may diverge")
      """
  }
}

extension OptimizerConfiguration.Rule {
  /// Learning rates that recipes of this field have, with a wide margin.
  ///
  /// - Sources: SGD with momentum 0.9: FCN's 1e-4 falling to 1e-6 (fcn.berkeleyvision.org) to
  ///   SimSiam's 0.5 (Chen & He 2021); 0.001 to 0.01 in Fast R-CNN and the linear probes of Zhang
  ///   et al. 2016. Adam: 3.16e-5 falling to 1e-6 (the two colorization networks) to 1e-3, its
  ///   authors' (Kingma & Ba 2015).
  public var usualRates: ClosedRange<Double> {
    switch self {
    case .sgd, .sgdCaffe: 1e-5...1
    case .adam, .adamCaffe, .adamW: 1e-7...1e-2
    }
  }
}
