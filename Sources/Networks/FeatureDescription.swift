internal import Files
public import Layers
internal import Randomness
public import Tensors

/// What a feature archive says about itself: everything a reader needs besides the tensors.
public struct FeatureDescription: Codable, Sendable, Equatable {
  /// One named output and how it lies over the image.
  public struct Layer: Codable, Sendable, Equatable {
    /// The name, such as `relu5_3`.
    public let name: String
    /// Channels of its output.
    public let channels: Int
    /// Input pixels between neighboring outputs, the window each sees, and the first one's center.
    public let geometry: Geometry
  }

  /// Where the weights come from.
  public struct Provenance: Codable, Sendable, Equatable {
    /// What was learned, such as `colorization-classification`.
    public var task: String
    /// The run folder's name.
    public var run: String
    /// Iterations trained.
    public var iterations: Int
    /// The root seed.
    public var seed: UInt64
    /// The content hash of the training data.
    public var dataHash: String
    /// The git commit of the program that wrote the archive, or `unknown`.
    public var git: String
    /// The git commit of the program that trained, where the run says it.
    public var runGit: String?
    /// The SHA-256 of the run's resolved configuration.
    public var recipeHash: String
    /// How labels decide about the run's checkpoints, and which ones; nil where they do not.
    public var selection: String?

    /// The part that labels had, as a sentence for tables.
    public var selectionNote: String? { selection.map { "Run \(run) \($0)" } }

    /// A statement of origin.
    public init(
      task: String, run: String, iterations: Int, seed: UInt64, dataHash: String, git: String,
      runGit: String? = nil, recipeHash: String, selection: String? = nil
    ) {
      self.task = task
      self.run = run
      self.iterations = iterations
      self.seed = seed
      self.dataHash = dataHash
      self.git = git
      self.runGit = runGit
      self.recipeHash = recipeHash
      self.selection = selection
    }
  }

  /// What was done to the trunk between the checkpoint and the archive, and how far its features
  /// were from what they had been.
  public struct Step: Codable, Sendable, Equatable {
    /// The name of the step that folds batch normalization into convolutions.
    public static let folding = "normalization folded"

    /// What was done, such as `head removed`.
    public var name: String
    /// The particulars.
    public var detail: String
    /// The largest difference between features before and after, relative to each layer's largest
    /// value.
    public var largestDifference: Double
    /// What each layer's features were multiplied by, exactly; nil where no step does so.
    public var factors: [String: Double]?

    /// A step that was checked.
    public init(
      name: String, detail: String, largestDifference: Double, factors: [String: Double]? = nil
    ) {
      self.name = name
      self.detail = detail
      self.largestDifference = largestDifference
      self.factors = factors
    }
  }

  /// The version of the format that this program writes and the newest that it reads. Since
  /// version 2 every output of a layer has a name of its own (`LayerNaming`).
  public static let currentVersion = 2

  /// The version of the format.
  public var version = FeatureDescription.currentVersion
  /// Which trunk to build.
  public var trunk: TrunkConfiguration
  /// Its outputs in order.
  public var layers: [Layer]
  /// How a picture becomes the input.
  public var preprocessing: Preprocessing
  /// Where the weights come from.
  public var provenance: Provenance
  /// What was done to them since, in order.
  public var steps: [Step] = []
  /// What the channel statistics were measured on; nil where there are none.
  public var statistics: ChannelStatistics.Origin?

  /// The dead channels of the trunk as it is here; nil where they were not counted.
  public var dead: DeadChannels?

  /// How exactly kernels and matrices are kept; nil for f32.
  public var weights: WeightPrecision?

  /// What the names of its layers mean.
  public var naming: LayerNaming { version < 2 ? .first : .current }

  /// The trunk without weights, its outputs under the names of the file.
  public func emptyTrunk(on device: Device = .cpu) -> Stack {
    trunk.build(.constant(0), key: RandomKey(seed: 0), on: device, naming: naming)
  }

  /// The description of a trunk, its layers measured on `outputs`.
  init(
    _ trunk: Stack, _ configuration: TrunkConfiguration, outputs: [String: Tensor],
    preprocessing: Preprocessing, provenance: Provenance
  ) {
    self.trunk = configuration
    let geometries = trunk.geometries
    layers = trunk.names.map {
      .init(name: $0, channels: outputs[$0]!.shape[1], geometry: geometries[$0]!)
    }
    self.preprocessing = preprocessing
    self.provenance = provenance
  }

  /// Reads what the first archives had; they said nothing of steps and statistics.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    version = try values.decode(Int.self, forKey: .version)
    trunk = try values.decode(TrunkConfiguration.self, forKey: .trunk)
    layers = try values.decode([Layer].self, forKey: .layers)
    preprocessing = try values.decode(Preprocessing.self, forKey: .preprocessing)
    provenance = try values.decode(Provenance.self, forKey: .provenance)
    steps = try values.decodeIfPresent([Step].self, forKey: .steps) ?? []
    // Version 1 said so among its steps alone.
    if version < 2 && steps.contains(where: { $0.name == Step.folding }) { trunk.isFolded = true }
    statistics = try values.decodeIfPresent(
      ChannelStatistics.Origin.self, forKey: .statistics)
    dead = try values.decodeIfPresent(DeadChannels.self, forKey: .dead)
    weights = try values.decodeIfPresent(WeightPrecision.self, forKey: .weights)
  }

  /// The metadata key under which files keep a description.
  public static let key = "pigment.features"

  /// The description as JSON, keys sorted.
  public var json: String {
    get throws { try JSON.text(of: self) }
  }

  /// Reads a description that stands in `file`; one of a newer version is refused by name, and so
  /// is one of a trunk that cannot be built or of pictures that cannot be prepared.
  public init(json: String, file: String) throws(ArchiveError) {
    struct Version: Decodable { let version: Int }
    if let found = try? JSON.value(Version.self, from: json.utf8).version {
      if found > Self.currentVersion {
        throw ArchiveError(
          file: file,
          problem: """
            has format version \(found), newer than version \(Self.currentVersion) that this \
            program reads; use a newer pigment
            """)
      }
      if found < 1 {
        throw ArchiveError(
          file: file, problem: "has format version \(found); the first version is 1")
      }
    }
    do { self = try JSON.value(from: json.utf8) } catch {
      throw ArchiveError(
        file: file,
        problem: "has a description that cannot be read: "
          + ((error as? DecodingError)?.words ?? "\(error)"))
    }
    if let problem { throw ArchiveError(file: file, problem: problem) }
  }

  /// What is wrong with trunk or preprocessing, or with how they fit; nil where they do.
  private var problem: String? {
    if let problem = trunk.problem { return "describes a trunk that \(problem)" }
    if let problem = preprocessing.problem { return "describes preprocessing that \(problem)" }
    guard preprocessing.channels.count == trunk.inputChannels else {
      return "feeds \(preprocessing.channels.rawValue) into a trunk of "
        + "\(trunk.inputChannels) input channels"
    }
    return nil
  }

  /// Throws unless the layers are those of `trunk`, with its channels and geometry.
  public func requireLayers(of trunk: Stack, outputs: [String: Tensor], file: String)
    throws(ArchiveError)
  {
    let expected = FeatureDescription(
      trunk, self.trunk, outputs: outputs, preprocessing: preprocessing, provenance: provenance)
    guard layers == expected.layers else {
      let wrong = zip(layers, expected.layers).first { $0 != $1 }?.0.name
      throw ArchiveError(
        file: file, tensor: wrong,
        problem: "is described with other layers than a \(self.trunk.summary) has")
    }
  }
}
