internal import Configurations
internal import Layers
internal import Tensors
internal import Training

/// Which layers of a trunk learn, and how fast.
public struct TuningConfiguration: Codable, Hashable, Sendable {
  /// A factor of the learning rate for some layers.
  public struct LayerRate: Codable, Hashable, Sendable {
    /// The beginning of the parameters' names, such as `conv1.` or `head.`.
    public var prefix: String
    /// The factor.
    public var rate: Double

    /// A factor for the parameters whose names begin so.
    public init(prefix: String, rate: Double) {
      self.prefix = prefix
      self.rate = rate
    }
  }

  /// The last layer of the trunk that does not learn; empty lets all learn. Frozen layers behave as
  /// in evaluation.
  public var frozenThrough: String = ""
  /// Whether the trunk's batch normalization keeps the running statistics of the start, as suits
  /// steps of one or two pictures.
  public var freezesStatistics: Bool = false
  /// The trunk's learning rate as a share of the head's.
  public var trunkRate: Double = 1
  /// Further factors; several that match multiply.
  public var layerRates: [LayerRate] = []

  /// Everything learns at one rate.
  public init() {}

  /// The rules for the optimizer.
  func multipliers(of trunk: Stack) -> [Multiplier] {
    let all =
      trunkRate == 1 ? [] : trunk.layerNames.map { Multiplier(prefix: "\($0).", rate: trunkRate) }
    return all + layerRates.map { Multiplier(prefix: $0.prefix, rate: $0.rate) }
  }

  /// Throws at the first factor that would make a rate negative, infinite or no number.
  func check() throws {
    let factors =
      [("trunkRate", trunkRate)]
      + layerRates.enumerated().map { ("layerRates.\($0.offset).rate", $0.element.rate) }
    for (setting, value) in factors where !(value >= 0 && value.isFinite) {
      throw ConfigurationError(
        place: "tuning.\(setting)", problem: "must be finite and not negative, it is \(value)")
    }
  }

  /// The names of the layers that do not learn; an error where the trunk has no such layer.
  func frozenLayers(of trunk: Stack) throws -> [String] {
    guard !frozenThrough.isEmpty else { return [] }
    let last = try trunk.layer(called: frozenThrough, setting: "tuning.frozenThrough")
    return trunk.through(last).layerNames
  }
}

extension Stack {
  /// A forward pass in which the layers named `frozen`, and batch normalization where
  /// `freezingStatistics`, behave as in evaluation.
  mutating func forward(
    _ x: Tensor, _ pass: inout Pass, frozen: [String], freezingStatistics: Bool = false
  ) -> Tensor {
    var x = x
    let freezesAnyway = pass.freezesStatistics
    pass.freezesStatistics = freezingStatistics
    for name in layerNames {
      x = frozen.contains(name) ? self[name](x) : self[name].forward(x, &pass)
    }
    pass.freezesStatistics = freezesAnyway
    return x
  }
}
