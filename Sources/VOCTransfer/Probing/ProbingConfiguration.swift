internal import Configurations
public import Networks
public import Probes
public import Training

/// Everything that the probes of frozen features depend on, whatever the start.
public struct ProbingConfiguration: StartSettings {
  /// The ways to ask what features are worth.
  public enum Method: String, Codable, Sendable, CaseIterable {
    /// Logistic regression.
    case linear
    /// The vote of the nearest neighbors.
    case neighbors
    /// One-vs-rest support vector machines, each at a cost of its own.
    case svm
    /// Support vector machines trained on few positive samples.
    case lowShot = "low-shot"
    /// A classifier that learns where to look.
    case attentive
    /// The classes of pixels by the nearest positions.
    case denseNeighbors = "dense-knn"
    /// The classes of pixels by logistic regression of positions.
    case denseLinear = "dense-linear"
    /// A box around an object, without labels.
    case discovery
    /// How many directions features take.
    case rank = "effective-rank"
  }

  /// What is asked of maps at each position.
  public struct Dense: Codable, Hashable, Sendable {
    /// Rows and columns of positions, at most.
    public var cells: Int = 14
    /// Pictures with masks to learn from, and as many to test on, at most.
    public var pictures: Int = 500
    /// Positions of those to learn from, at most.
    public var samples: Int = 10_000
    /// Neighbors that vote.
    public var neighbors: Int = 30
    /// How much more the nearest neighbors count.
    public var temperature: Double = 0.02
    /// Weight decays of which the best on a tenth of the pictures is taken.
    public var decays: [Double] = [0.1, 0.01, 0.001]
    /// Steps of logistic regression at most.
    public var iterations: Int = 100

    /// Fourteen rows and columns; neighbors as in Hummingbird.
    public init() {}
  }

  /// How few positive samples support vector machines are trained on.
  public struct FewSamples: Codable, Hashable, Sendable {
    /// Positive samples of a class.
    public var positives: [Int] = [1, 2, 4, 8, 16, 32, 64, 96]
    /// Negative samples for each positive one; 0 is the number of classes less one.
    public var negativesPerPositive: Int = 0
    /// Independent draws for each.
    public var draws: Int = 5

    /// As Goyal et al., "Scaling and benchmarking self-supervised visual representation learning",
    /// ICCV 2019.
    public init() {}
  }

  /// Where pictures come from.
  public var data: LabelledData = .init()
  /// The trunk, the same for every start.
  public var trunk: TrunkConfiguration = .init()
  /// What the network sees of a picture.
  public var input: InputConfiguration = .init()
  /// Rows and columns of what it sees: the largest centered square.
  public var size: Int = 224
  /// What is asked.
  public var methods: [Method] = [.linear, .neighbors, .svm, .lowShot]
  /// The layers that are probed; empty takes every layer behind its rectifier and normalization.
  public var layers: [String] = []
  /// The layers that support vector machines are trained on; empty takes the last of those probed.
  public var svmLayers: [String] = []
  /// Numbers that a layer's maps are averaged to, about.
  public var features: Int = 9216
  /// Logistic regression.
  public var linear: LinearProbe.Settings = .init()
  /// Weight decays of which each layer takes the best, judged on a keyed tenth of the training
  /// pictures, from the strongest on; empty takes `linear.weightDecay` alone, and judges nothing.
  public var decays: [Double] = []
  /// Neighbors that vote.
  public var neighbors: Int = 20
  /// How much more the nearest neighbors count.
  public var temperature: Double = 0.07
  /// The support vector machines.
  public var svm: LinearSVM.Settings = .init()
  /// How their cost is chosen.
  public var costs: CostSelector = .init()
  /// How few samples they are trained on in `low-shot`.
  public var few: FewSamples = .init()
  /// What is asked of maps at each position.
  public var dense: Dense = .init()
  /// The classifier that learns where to look.
  public var attentive: AttentiveProbe.Settings = .init()
  /// Whether layers are the last of every block unless they are named, for support vector machines,
  /// too, and every protocol says which of them training pictures would choose.
  public var choosesLayer: Bool = false
  /// Mebibytes that the features of the layers in work may take.
  public var memory: Int = 1024
  /// Whether costs are chosen by what they score on the test pictures, which shows how much such a
  /// choice flatters. `pigment transfer probe` wants `--select-on-test` besides, and results say
  /// so.
  public var selectsOnTest: Bool = false
  /// Resamples behind each interval over test pictures.
  public var resamples: Int = 500
  /// The root of all randomness.
  public var seed: UInt64 = 1

  /// Rows and columns of the pictures.
  public var inputSize: Int { size }

  /// All protocols on every layer.
  public init() {}

  /// The dataset.
  public static var contentPaths: [WritableKeyPath<Self, String>] { [\.data.path] }

  /// The settings of the first release, as digests of runs have them.
  public static var firstSettings: [String]? {
    [
      "data", "trunk", "input", "size", "methods", "layers", "svmLayers", "features", "linear",
      "neighbors", "temperature", "svm", "costs", "few", "memory", "selectsOnTest", "resamples",
      "seed",
    ]
  }
}
