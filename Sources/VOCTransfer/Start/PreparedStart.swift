internal import Datasets
internal import Layers
internal import Networks
public import Randomness
public import Tensors
internal import Training

/// A start that was looked at: an archive is read and proven once, however many seeds and tasks
/// begin from it.
public struct PreparedStart {
  /// The start.
  public let start: Start
  /// What the network sees, and the digest of the archive.
  public let origin: Start.Origin
  let archive: (archive: FeatureArchive, report: LoadReport, path: String)?

  /// The start in words, with the digest of an archive: what a checkpoint remembers of it.
  public var identity: String {
    origin.digest.isEmpty ? "\(start)" : "\(start) (\(origin.digest.prefix(12)))"
  }

  /// The trunk of the settings, where the archive's tensors fit it.
  func configuration(_ settings: some StartSettings) throws -> TrunkConfiguration {
    guard let (archive, _, path) = archive else { return settings.trunk }
    return try archive.description.trunk.fitted(
      to: settings.trunk, keepingInputs: settings.input.mayDiffer,
      extending: origin.preprocessing.channels != archive.description.preprocessing.channels,
      path)
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
  ) throws -> Start.Trunk {
    func batches() throws -> [Tensor] {
      guard let pictures else {
        throw StartError(
          start: start.description, problem: "needs pictures, which this task does not give")
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
    ) -> Start.Trunk {
      Start.Trunk(
        stack: stack, configuration: configuration ?? settings.trunk,
        preprocessing: origin.preprocessing, report: report, provenance: provenance,
        initialization: initialization, digest: origin.digest, identity: identity)
    }
    switch start {
    case .scheme(let scheme):
      guard let method = scheme.method else {
        var stack = settings.trunk.build(scheme.initializer, key: key, on: device)
        if pictures != nil { stack.adoptStatistics(of: try batches()) }
        return trunk(stack)
      }
      var stack = settings.trunk.build(.constant(0), key: key, on: device)
      let report = try DataDependentInitializer(method).initialize(
        &stack, batches: try batches(), key: key.folding("initialization"))
      return trunk(stack, nil, nil, report)
    case .custom(let custom):
      var stack = settings.trunk.build(.he, key: key, on: device)
      let pictures = try batches()
      stack.adoptStatistics(of: pictures)
      try custom.prepare(&stack, pictures, key.folding("initialization"))
      return trunk(stack)
    case .archive, .supervised:
      let (archive, report, _) = archive!
      let configuration = try configuration(settings)
      var stack = configuration.build(.constant(0), key: key, on: device)
      stack.adopt(archive.trunk)
      return trunk(stack, configuration, report: report, archive.description.provenance)
    }
  }
}
