/// What a trunk is: everything that is asked about it anywhere, stated once.
///
/// What depends on settings is a function of the configuration.
public struct TrunkDescription: Sendable {
  /// The name in configurations and archives.
  public let name: String
  /// Channels of the last layer at width 1.
  public let channels: Int
  /// Adds the layers.
  let build: @Sendable (TrunkConfiguration, inout StackBuilder) -> Void
  /// The smallest square input, in pixels, for which every layer has an output.
  public var smallestSide: @Sendable (TrunkConfiguration) -> Int = { _ in 32 }
  /// The head of one answer at each position.
  public let dense: @Sendable (TrunkConfiguration) -> DenseHead
  /// The last layer before the trunk's last block; what lies above is trained by the regime `late`.
  public let lastEarlyLayer: String
  /// The layer whose output is pooled in regions for detection, given the layers that there are;
  /// the last one unless stated.
  public var regionLayer: @Sendable (TrunkConfiguration, [String]) -> String = { $1.last! }
  /// The layer after which fc6 and fc7 stand, which detection may use on pooled regions; nil for
  /// trunks that have none.
  public var denseLayersFollow: String?
  /// The same weights with all strides, given a trunk that keeps resolution by padding or dilation.
  public var strided: @Sendable (TrunkConfiguration) -> TrunkConfiguration = { $0 }
  /// What `strided` changes, in words.
  public var stridedWords = ""
  /// Further settings that only some trunks have.
  public var traits: Set<Trait> = []
  /// Layers with another name in Caffe.
  public var caffeNames: @Sendable (TrunkConfiguration) -> [String: String] = { _ in [:] }
  /// How torchvision has it; nil where it does not.
  public var torchvision: @Sendable (TrunkConfiguration) -> Torchvision? = { _ in nil }
  /// The name that a released state dict has for a tensor, besides ours; nil where there is none.
  public var releasedName: (@Sendable (_ tensor: String) -> String)?
  /// Beginnings of the names that layers of a head have in released files; they are left out where
  /// the trunk is recognized by its names.
  public var releasedHead: [String] = []

  /// Settings that only some trunks have.
  public enum Trait: Sendable {
    /// `form`: a padded one for pretraining and an unpadded one for transfer.
    case forms
    /// `stem` and `dilatedStages`.
    case stages
  }

  /// A head that gives numbers at each position.
  public struct DenseHead: Sendable {
    /// How it is built.
    public enum Layers: Sendable {
      /// Learned doublings of resolution, 3x3 convolutions at the last one, and a 1x1 one.
      case doubling([String], then: [String], last: String)
      /// A 1x1 convolution, enlarged by a factor so that every position stays.
      case pixelwise(upsampling: Int)
    }
    /// How it is built.
    public let layers: Layers
    /// Input pixels between neighboring outputs.
    public let stride: Int

    /// Doublings that bring outputs which lie `stride` input pixels apart to 4, two at most.
    public static func doubling(from stride: Int) -> DenseHead {
      let doublings = stride >= 16 ? ["up1", "up2"] : stride >= 8 ? ["up1"] : []
      return DenseHead(
        layers: .doubling(doublings, then: ["refine1", "refine2"], last: "scores"),
        stride: stride >> doublings.count)
    }
  }

  /// A model of torchvision: what its state dict is, beside ours.
  public struct Torchvision: Sendable {
    /// What stands before the names of the trunk's tensors.
    public var prefix = ""
    /// Whether modules are numbered in a row instead of having our names.
    public var isNumbered = false
    /// The layers that follow the trunk: names, numbers of outputs and inputs.
    public let classifier: [(name: String, outputs: Int, inputs: Int)]
    /// How torchvision draws the classifier's weights and biases.
    public let classifierNoise: ClassifierNoise

    /// How torchvision draws first weights.
    public enum ClassifierNoise: Sendable {
      /// Normal weights of deviation 0.01, no biases.
      case normal
      /// Uniform weights and biases within 1 / sqrt(inputs): PyTorch's own.
      case uniform
    }

    /// Whether a tensor's name is one of the classifier's.
    public func isClassifier(_ tensor: String) -> Bool {
      classifier.contains { tensor.hasPrefix("\($0.name).") }
    }
  }
}

extension TrunkDescription {
  /// A trunk of a program's own: `build` adds the layers of a configuration to a builder, which
  /// gives each its key by its name. The rest is as described at the properties.
  public init(
    name: String, channels: Int, lastEarlyLayer: String,
    dense: @escaping @Sendable (TrunkConfiguration) -> DenseHead,
    build: @escaping @Sendable (TrunkConfiguration, inout StackBuilder) -> Void
  ) {
    (self.name, self.channels, self.lastEarlyLayer) = (name, channels, lastEarlyLayer)
    (self.dense, self.build) = (dense, build)
  }
}

extension [String] {
  /// The name before `name`, or the last one where there is no such name.
  func before(_ name: String) -> String {
    firstIndex(of: name).map { self[$0 - 1] } ?? last!
  }
}
