public import Layers
public import Networks

/// How the weights of a trunk are made where they are not loaded: drawn, or learned from pictures.
public enum InitializationScheme: String, Codable, Sendable, CaseIterable {
  /// Normal numbers of standard deviation 0.01, as Caffe's classic networks begin.
  case gaussian
  /// Uniform numbers scaled by the fan-in.
  case xavier
  /// Normal numbers scaled by the fan-in.
  case he
  /// Normal numbers, scaled so that each channel answers alike to pictures, layers balanced.
  case dataDependent = "data-dependent"
  /// Principal directions of each layer's input patches, layers balanced.
  case pca
  /// K-means of each layer's whitened input patches, layers balanced (Krähenbühl et al. 2016): what
  /// the released networks began with.
  case kmeans

  /// What a setting says; settings of before have an older name for one.
  public init(from decoder: any Decoder) throws {
    let word = try decoder.singleValueContainer().decode(String.self)
    guard let scheme = word == "elwise" ? .dataDependent : Self(rawValue: word) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no scheme is called \(word)"))
    }
    self = scheme
  }

  /// How weights are drawn before pictures are looked at.
  public var initializer: Initializer {
    switch self {
    case .gaussian: .gaussian(deviation: 0.01)
    case .xavier: .xavier
    case .he, .dataDependent, .pca, .kmeans: .he
    }
  }

  /// How weights are learned from pictures; nil where they are only drawn.
  public var method: DataDependentInitializer.Method? {
    switch self {
    case .gaussian, .xavier, .he: nil
    case .dataDependent: .dataDependent
    case .pca: .pca
    case .kmeans: .kmeans
    }
  }
}
