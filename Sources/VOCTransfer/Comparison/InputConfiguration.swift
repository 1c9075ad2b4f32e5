internal import Configurations
public import Networks

/// What the networks of a comparison see of a picture.
public struct InputConfiguration: Codable, Hashable, Sendable {
  /// The channels. Networks that start from noise see them with the usual shifts and scales; an
  /// archive says itself how its input is shifted and scaled.
  public var channels: Preprocessing.Channels = .lightness
  /// Whether an archive may see other channels than these. Its trunk then has as many inputs as it
  /// needs, and the comparison is no longer one of starts alone.
  public var mayDiffer: Bool = false
  /// Training pictures that starts learn from which need some (`kmeans` and its kin), and that give
  /// fresh trunks their running statistics.
  public var startPictures: Int = 160

  /// Lightness for every start.
  public init() {}

  /// The trunk of a network that sees these channels; an error where it has other inputs.
  func check(_ trunk: TrunkConfiguration) throws {
    guard trunk.inputChannels == channels.count else {
      throw ConfigurationError(
        place: "trunk.inputChannels",
        problem: """
          is \(trunk.inputChannels), but input.channels is \(channels.rawValue); set it to \
          \(channels.count)
          """)
    }
  }

  /// Throws unless an archive with this input can take part.
  func check(_ found: Preprocessing, of path: String) throws {
    guard found.channels == channels || mayDiffer else {
      throw ArchiveError(
        file: path,
        problem: """
          sees \(found.channels.rawValue), the other starts \(channels.rawValue); set \
          input.channels, or input.mayDiffer to compare them all the same
          """)
    }
  }
}
