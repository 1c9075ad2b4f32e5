internal import Configurations
internal import Datasets
internal import Layers
internal import Metrics
internal import Networks
internal import Probes
internal import Processes
internal import Randomness
internal import Tensors

/// Judges a trunk by labelled pictures, at every evaluation of a pretraining run.
struct OnlineProbe {
  /// Bytes that the features of the layers probed together may take; more layers take more passes.
  private static let memory = 1 << 30
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

  /// The pictures of a test split that it reports on; nil where it holds out some of those that it
  /// learns from, on which nothing is published.
  var tested: (dataset: Dataset, records: [Int])? {
    settings.data.testSplit.isEmpty ? nil : (pictures.dataset, pictures.test)
  }

  /// The content hash of the labelled pictures.
  var dataHash: String { pictures.dataset.contentSHA256 }

  /// What the metrics rest on, in words.
  var basis: String { "labels of \(pictures.testName) (data \(dataHash.prefix(12)))" }

  /// The names of all metrics; an error where a layer that is to be probed is none of the trunk's.
  func names(for trunk: Stack) throws -> [String] {
    try layers(of: trunk).flatMap { [name("knn-v1", $0), name("linear-v1", $0)] }
  }

  /// `probe/RECIPE/LAYER/mAP` for pictures of several classes each (area definition, VOC 2010), or
  /// `.../accuracy` for pictures of one; both as shares.
  private func name(_ recipe: String, _ layer: String) -> String {
    "probe/\(recipe)/\(layer)/\(pictures.isSingle ? "accuracy" : "mAP")"
  }

  private func layers(of trunk: Stack) throws(ConfigurationError) -> [String] {
    settings.layers.isEmpty
      ? trunk.probedLayers.suffix(1)
      : try trunk.layers(called: settings.layers, setting: "probing.layers")
  }

  /// The metrics by name, as shares; not a number where features are none.
  func metrics(
    of trunk: Stack, _ preprocessing: Preprocessing, size: Int, on device: Device
  ) throws -> [String: Double] {
    do {
      return try finiteMetrics(of: trunk, preprocessing, size: size, on: device)
    } catch is NonFiniteOutput {
      return Dictionary(uniqueKeysWithValues: try names(for: trunk).map { ($0, .nan) })
    }
  }

  private func finiteMetrics(
    of trunk: Stack, _ preprocessing: Preprocessing, size: Int, on device: Device
  ) throws -> [String: Double] {
    let extraction = TrunkFeatures(
      of: trunk, preprocessing, pictures.dataset, size: size, target: settings.features,
      threads: settings.data.loaderThreads, on: device)
    var result: [String: Double] = [:]
    // All layers from one pass over the pictures, as far as memory allows.
    for group in try TrunkFeatures.groups(
      extraction.plans(try layers(of: trunk)), pictures: pictures.train.count + pictures.test.count,
      bytes: Self.memory)
    {
      let features = zip(
        try extraction.features(of: pictures.train, group),
        try extraction.features(of: pictures.test, group))
      for (plan, (train, test)) in zip(group, features) {
        try Signals.check()
        let votes = NearestNeighbors(
          train, labels.train, neighbors: settings.neighbors, temperature: settings.temperature)
        result[name("knn-v1", plan.layer)] = score(votes.scores(of: test))
        let probe = LinearProbe(train, labels.train, settings: settings.linear)
        result[name("linear-v1", plan.layer)] = score(probe.scores(of: test))
      }
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
