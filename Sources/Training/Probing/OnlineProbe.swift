internal import Datasets
internal import Layers
internal import Metrics
internal import Networks
internal import Probes
internal import Randomness
internal import Tensors

/// Judges a trunk by labelled pictures, at every evaluation of a pretraining run.
struct OnlineProbe {
  private let settings: OnlineProbing
  private let pictures: LabelledPictures
  private let labels: (train: ProbeLabels, test: ProbeLabels)

  /// Opens the labelled pictures; every problem with them is found here.
  init(_ settings: OnlineProbing, key: RandomKey) throws {
    self.settings = settings
    pictures = try LabelledPictures(settings.data, key: key, setting: "probing.data")
    labels = (pictures.labels(of: pictures.train), pictures.labels(of: pictures.test))
    guard !pictures.train.isEmpty && !pictures.test.isEmpty else {
      throw ConfigurationError(
        place: "probing.data",
        problem: """
          has \(pictures.train.count) pictures to learn from and \(pictures.test.count) to report \
          on; choose other splits
          """)
    }
  }

  /// Throws where a layer that is to be probed is none of the trunk's.
  func check(_ trunk: Stack) throws {
    try trunk.requireLayers(settings.layers, "probing.layers")
  }

  /// `probe/RECIPE/LAYER/mAP` for pictures of several classes each (area definition, VOC 2010), or
  /// `.../accuracy` for pictures of one; both as shares.
  func metrics(
    of trunk: Stack, _ preprocessing: Preprocessing, size: Int, on device: Device
  ) throws -> [String: Double] {
    let extraction = TrunkFeatures(
      of: trunk, preprocessing, pictures.dataset, size: size, target: settings.features,
      threads: settings.data.loaderThreads, on: device)
    let layers = settings.layers.isEmpty ? trunk.probedLayers.suffix(1) : settings.layers[...]
    var result: [String: Double] = [:]
    let plans = extraction.plans(Array(layers))
    // All layers from one pass over the pictures.
    let features = zip(
      try extraction.features(of: pictures.train, plans),
      try extraction.features(of: pictures.test, plans))
    for (plan, (train, test)) in zip(plans, features) {
      let measure = pictures.isSingle ? "accuracy" : "mAP"
      let votes = NearestNeighbors(
        train, labels.train, neighbors: settings.neighbors, temperature: settings.temperature)
      result["probe/knn-v1/\(plan.layer)/\(measure)"] = score(votes.scores(of: test))
      let probe = LinearProbe(train, labels.train, settings: settings.linear)
      result["probe/linear-v1/\(plan.layer)/\(measure)"] = score(probe.scores(of: test))
    }
    return result
  }

  /// Not a number where scores are not, as after a run has diverged.
  private func score(_ scores: [Double]) -> Double {
    guard scores.allSatisfy(\.isFinite) else { return .nan }
    guard !pictures.isSingle else { return labels.test.accuracy(of: scores) }
    return AveragePrecision.area(
      scores: scores, labels: labels.test.values, classes: pictures.dataset.classes
    ).mean ?? .nan
  }
}
