public import Layers
public import Networks
public import Randomness
public import Tensors
public import Training

/// The settings that a start needs of a task.
public protocol StartSettings: Configuration {
  /// The trunk, the same for every start.
  var trunk: TrunkConfiguration { get }
  /// What the network sees of a picture.
  var input: InputConfiguration { get }
  /// Rows and columns that pictures have, about.
  var inputSize: Int { get }
}

extension Start {
  /// What is known of a start before it is built.
  public struct Origin: Sendable, Equatable {
    /// How pictures become the network's input.
    public let preprocessing: Preprocessing
    /// The digest of the archive's bytes; empty where there is none.
    public let digest: String
  }

  /// A trunk to begin from, and everything that proves what it is.
  public struct Trunk {
    /// The layers.
    public let stack: Stack
    /// What they are.
    public let configuration: TrunkConfiguration
    /// How pictures become its input.
    public let preprocessing: Preprocessing
    /// What became of every tensor of an archive; nil where there is none, and the whole trunk is
    /// fresh.
    public let report: LoadReport?
    /// Where the archive's weights come from; nil where there is none.
    public let provenance: FeatureDescription.Provenance?
    /// What was learned from training pictures; nil where nothing was.
    public let initialization: InitializationReport?
    /// The digest of the archive's bytes; empty where there is none.
    public let digest: String
    /// The start in words, with the digest of an archive: what a checkpoint remembers of it.
    public let identity: String
  }

  /// What the networks of a comparison with these settings see from this start; an error where it
  /// cannot take part.
  public func origin(_ settings: some StartSettings) throws -> Origin {
    let usual = Preprocessing(settings.input.channels, size: settings.inputSize)
    guard let path else {
      try settings.input.check(settings.trunk)
      return Origin(preprocessing: usual, digest: "")
    }
    let (description, digest) = try FeatureArchive.describe(path)
    if case .supervised = self, !description.provenance.usesLabels {
      throw StartError(
        start: path,
        problem: """
          was not trained with labels but by '\(description.provenance.task)'; train one by \
          'pigment transfer classify', export its run, and give that as supervised=FILE
          """)
    }
    var preprocessing = description.preprocessing
    if preprocessing.channels == .lightness && settings.input.channels == .lab {
      try settings.input.check(settings.trunk)
      preprocessing.channels = .lab
      preprocessing.mean += usual.mean.dropFirst()
      preprocessing.scale += usual.scale.dropFirst()
    }
    try settings.input.check(preprocessing, of: path)
    preprocessing.size = settings.inputSize
    return Origin(preprocessing: preprocessing, digest: digest)
  }

  /// Builds the trunk that `settings` describe.
  ///
  /// Every start gets the same layers with the same constants; an archive only lends its tensors,
  /// and the shifts and scales of its input. One of another trunk is an error; only where inputs
  /// may differ does it keep its own number of input channels. Both forms of AlexNet hold the same
  /// weights, and a trunk of lightness can be given Lab pictures: the filters of a and b are zero
  /// at first (Zhang et al. 2016, "color").
  ///
  /// `pictures` are what some starts learn from, and give fresh trunks their running statistics;
  /// without them those starts are an error, and fresh statistics are those of white noise.
  public func trunk(
    _ settings: some StartSettings, pictures: StartPictures? = nil, key: RandomKey,
    on device: Device
  ) throws -> Trunk {
    let origin = try origin(settings)
    func batches() throws -> [Tensor] {
      guard let pictures else {
        throw StartError(
          start: description, problem: "needs pictures, which this task does not give")
      }
      // Pictures of any size (0) are looked at through crops; none is smaller than the trunk needs.
      let wanted = settings.inputSize == 0 ? StartPictures.largest : settings.inputSize
      return try pictures.batches(
        settings.input.startPictures,
        size: max(settings.trunk.smallestSide, min(wanted, StartPictures.largest)),
        origin.preprocessing,
        key: key.folding("pictures"), on: device)
    }
    func trunk(
      _ stack: Stack, _ configuration: TrunkConfiguration? = nil, report: LoadReport? = nil,
      _ provenance: FeatureDescription.Provenance? = nil,
      _ initialization: InitializationReport? = nil
    ) -> Trunk {
      Trunk(
        stack: stack, configuration: configuration ?? settings.trunk,
        preprocessing: origin.preprocessing, report: report, provenance: provenance,
        initialization: initialization, digest: origin.digest,
        identity: origin.digest.isEmpty
          ? description : "\(description) (\(origin.digest.prefix(12)))")
    }
    func fresh(_ noise: Initializer) throws -> Trunk {
      var stack = settings.trunk.build(noise, key: key, on: device)
      if pictures != nil { stack.adoptStatistics(of: try batches()) }
      return trunk(stack)
    }
    func learned(_ method: DataDependentInitializer.Method) throws -> Trunk {
      var stack = settings.trunk.build(.constant(0), key: key, on: device)
      let report = try DataDependentInitializer(method).initialize(
        &stack, batches: try batches(), key: key.folding("initialization"))
      return trunk(stack, nil, nil, report)
    }
    switch self {
    case .gaussian: return try fresh(.gaussian(deviation: 0.01))
    case .xavier: return try fresh(.xavier)
    case .he: return try fresh(.he)
    case .kmeans: return try learned(.kmeans)
    case .pca: return try learned(.pca)
    case .dataDependent: return try learned(.elwise)
    case .archive(let path), .supervised(let path):
      let (archive, report) = try FeatureArchive.read(path, on: device)
      let configuration = try archive.description.trunk.fitted(
        to: settings.trunk, keepingInputs: settings.input.mayDiffer,
        extending: origin.preprocessing.channels != archive.description.preprocessing.channels,
        path)
      var stack = configuration.build(.constant(0), key: key, on: device)
      stack.adopt(archive.trunk)
      return trunk(stack, configuration, report: report, archive.description.provenance)
    }
  }
}

extension TrunkConfiguration {
  /// The wanted trunk, where this one's tensors fit it; `path` names the archive in the error.
  fileprivate func fitted(
    to wanted: TrunkConfiguration, keepingInputs: Bool, extending: Bool, _ path: String
  ) throws -> TrunkConfiguration {
    var (found, wanted) = (self, wanted)
    if keepingInputs && !extending { wanted.inputChannels = found.inputChannels }
    if extending { found.inputChannels = wanted.inputChannels }
    found = found.inForm(of: wanted)
    guard found.hasSameShape(as: wanted) else {
      throw ArchiveError(
        file: path,
        problem: """
          holds the trunk \(summary), the configuration asks for \(wanted.summary); set trunk.* to \
          match
          """)
    }
    return wanted
  }
}

extension Stack {
  /// Takes the tensors of a stack of the same layers; filters that see more channels than the
  /// other's get zeros for those.
  fileprivate mutating func adopt(_ other: Stack) {
    let tensors = Dictionary(uniqueKeysWithValues: other.tensors.map { ($0.name, $0.tensor) })
    transform { named in
      let (mine, found) = (named.tensor, tensors[named.name]!)
      guard found.shape != mine.shape else { return found }
      let rest = mine.shape.replacing(1, with: mine.shape[1] - found.shape[1])
      return concatenate([found, Tensor(filledWith: 0, shape: rest, on: mine.device)])
    }
  }
}

extension FeatureDescription.Provenance {
  /// How the task of a trunk that was trained with labels begins.
  public static let labelPrefix = "labels-"

  /// Whether the trunk was trained with labels.
  public var usesLabels: Bool { task.hasPrefix(Self.labelPrefix) }
}
