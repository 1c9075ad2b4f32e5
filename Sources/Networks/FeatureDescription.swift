/// What a feature archive says about itself: everything a reader needs besides the tensors.
public struct FeatureDescription: Codable, Sendable, Equatable {
  /// One named layer and how its outputs lie over the image.
  public struct Layer: Codable, Sendable, Equatable {
    /// The name, such as `conv5_3`.
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
    /// The git commit of the program, or `unknown`.
    public var git: String
    /// The SHA-256 of the run's resolved configuration.
    public var recipeHash: String

    /// A statement of origin.
    public init(
      task: String, run: String, iterations: Int, seed: UInt64, dataHash: String, git: String,
      recipeHash: String
    ) {
      self.task = task
      self.run = run
      self.iterations = iterations
      self.seed = seed
      self.dataHash = dataHash
      self.git = git
      self.recipeHash = recipeHash
    }
  }

  /// The version of the format that this program writes and the newest that it reads.
  public static let currentVersion = 1

  /// The version of the format.
  public var version = FeatureDescription.currentVersion
  /// Which trunk to build.
  public var trunk: TrunkConfiguration
  /// Its layers in order.
  public var layers: [Layer]
  /// How a picture becomes the input.
  public var preprocessing: Preprocessing
  /// Where the weights come from.
  public var provenance: Provenance
}
