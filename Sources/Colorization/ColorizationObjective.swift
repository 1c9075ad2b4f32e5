internal import Configurations
internal import Networks
public import Training

/// What a colorization network is asked for.
///
/// The paper's four: *full* is the default; *class* has `lambda: 1`; *L2* has `loss: regression`;
/// *L2, ft* is that with `initialization.from` the run of full and `initialization.fresh` the last
/// layer.
public struct ColorizationObjective: PretextSettings {
  /// How it is asked.
  public enum Loss: String, Codable, Sendable, CaseIterable {
    /// A distribution over bins at each position, by cross-entropy with the soft code.
    case classification
    /// One color at each position, by half the squared distance.
    case regression
  }

  /// The channels seen and predicted.
  public var pair: ChannelPair = .lightnessToAB
  /// How they are asked for.
  public var loss: Loss = .classification
  /// Bins in a soft code: 10 in the released code, 5 in the paper's text.
  public var neighbors: Int = 10
  /// Width of the soft code, in Lab units (for RGB in hundredths of its range).
  public var sigma: Double = 5
  /// The share of the uniform distribution in the rebalancing: 0.5 in the paper, 1 for none.
  public var lambda: Double = 0.5
  /// Sharpness of the distribution where a color is wanted: 1 is its mean, toward 0 its mode. The
  /// released network multiplies its scores by 2.606, which is 0.3837.
  public var temperature: Double = 0.38
  /// A prior that `pigment data prior` measured, for L to ab; empty measures one on the training
  /// crops.
  public var prior: String = ""
  /// Pictures that the prior is measured on, where none is named.
  public var priorPictures: Int = 2000
  /// Crops without |a| or |b| above this get no gradient; a negative number lets all learn.
  public var grayThreshold: Double = 5
  /// Held-out pictures that evaluations color.
  public var shownPictures: Int = 6

  /// The released objective.
  public init() {}

  /// Throws at the first setting that no run can have.
  func check() throws {
    func require(_ condition: Bool, _ setting: String, _ problem: String) throws {
      if !condition { throw ConfigurationError(place: "objective.\(setting)", problem: problem) }
    }
    try require((0...1).contains(lambda), "lambda", "must lie in 0...1, it is \(lambda)")
    try require(
      (1...100).contains(neighbors), "neighbors", "must lie in 1...100, it is \(neighbors)")
    try require(sigma > 0, "sigma", "must be positive, it is \(sigma)")
    try require(temperature > 0, "temperature", "must be positive, it is \(temperature)")
    try require(
      prior.isEmpty || (pair == .lightnessToAB && loss == .classification), "prior",
      "is a prior of ab, which this objective has no use for")
    try require(priorPictures > 0, "priorPictures", "must be positive, it is \(priorPictures)")
    try require(
      shownPictures >= 0, "shownPictures", "must not be negative, it is \(shownPictures)")
  }

  /// The code of the target; nil in regression.
  public var code: TargetCode? {
    loss == .classification ? TargetCode(of: pair, neighbors: neighbors, sigma: sigma) : nil
  }

  /// The channels of the network's output: bins, or the target's own.
  public var outputs: Int { code?.count ?? pair.target.count }
}
