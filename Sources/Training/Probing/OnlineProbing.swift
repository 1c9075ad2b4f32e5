internal import Configurations
public import Probes

/// Whether and how features are judged by labels while they are learned: settings of a pretraining
/// run. The labels are looked at only; nothing is learned from them but the probes.
///
/// Two recipes, named with a version, so that curves of different runs compare: `knn-v1` is the
/// weighted vote of the nearest training pictures (Wu et al. 2018), `linear-v1` logistic regression
/// on standardized features (Zhang, Isola & Efros 2016), both on maps averaged to about `features`
/// numbers, on the largest centered square of each picture at the size of the pretraining crops.
public struct OnlineProbing: Codable, Hashable, Sendable {
  /// The labelled pictures; without a path there is no probing. Unless a `testSplit` is named, a
  /// part of the training split is reported on: what chooses checkpoints must not be the test.
  public var data: LabelledData = .heldOut
  /// The layers that are probed; empty takes the trunk's last.
  public var layers: [String] = []
  /// Numbers that a layer's maps are averaged to, about.
  public var features: Int = 2048
  /// Neighbors that vote.
  public var neighbors: Int = 20
  /// How much more the nearest neighbors count.
  public var temperature: Double = 0.07
  /// Logistic regression.
  public var linear: LinearProbe.Settings = .init()

  /// No probing.
  public init() {}

  /// Whether features are probed at all.
  public var isAsked: Bool { !data.path.isEmpty }

  /// Throws at the first setting that no run can have.
  func check() throws {
    for (setting, value) in [
      ("features", features), ("neighbors", neighbors), ("linear.iterations", linear.iterations),
      ("data.loaderThreads", data.loaderThreads),
    ] where value < 1 {
      throw ConfigurationError(
        place: "probing.\(setting)", problem: "must be positive, it is \(value)")
    }
    for (setting, value) in [("temperature", temperature), ("linear.tolerance", linear.tolerance)]
    where !(value > 0) {
      throw ConfigurationError(
        place: "probing.\(setting)", problem: "must be positive, it is \(value)")
    }
    for (setting, value) in [
      ("linear.weightDecay", linear.weightDecay),
      ("data.trainPictures", Double(data.trainPictures)),
      ("data.testPictures", Double(data.testPictures)),
    ] where !(value >= 0) {
      throw ConfigurationError(
        place: "probing.\(setting)", problem: "must not be negative, it is \(value)")
    }
    guard isAsked || layers.isEmpty else {
      throw ConfigurationError(
        place: "probing.layers",
        problem: "names layers to probe, but probing.data.path names no labelled pictures")
    }
  }
}
