public import Networks

/// What a pass found, as `units.json` keeps it.
public struct UnitResults: Codable, Sendable, Equatable {
  /// One photograph that a unit responded to.
  public struct Place: Codable, Sendable, Equatable {
    /// The photograph.
    public let id: String
    /// The response.
    public let value: Float
    /// The position in the unit's map.
    public let row: Int, column: Int
    /// The window over the picture at the network's size: left, top, width, height in pixels. It
    /// may reach outside.
    public let window: [Int]
    /// What the photograph's mask says under the center of the position; nil without a mask.
    public let label: String?
  }

  /// What the best photographs of a unit have in common.
  public struct Association: Codable, Sendable, Equatable {
    /// Where the class is read.
    public enum Kind: String, Codable, Sendable {
      /// In the mask, under the peak.
      case mask
      /// Among the objects that are said to be in the photograph.
      case presence
      /// In the photograph's one label.
      case label
    }
    /// Where the class is read.
    public let kind: Kind
    /// The class.
    public let name: String
    /// Photographs, of the best `of` with labels, that show it.
    public let count: Int, of: Int
    /// The share that chance would give.
    public let chance: Double
  }

  /// One unit.
  public struct Unit: Codable, Sendable, Equatable {
    /// Its number, from 0.
    public let unit: Int
    /// The response above which the stated share of its responses lies.
    public let threshold: Float
    /// The share of its responses above zero.
    public let active: Double
    /// What its best photographs have in common; nil where nothing stands out.
    public let association: Association?
    /// Its best photographs, best first: those to which it responds at all.
    public let top: [Place]

    /// Whether it gives the same number everywhere, so that no photograph stands out.
    public var isDead: Bool { top.isEmpty }
  }

  /// One layer.
  public struct Layer: Codable, Sendable, Equatable {
    /// The name.
    public let name: String
    /// How its outputs lie over the picture.
    public let geometry: Geometry
    /// Its units in order.
    public let units: [Unit]
  }

  /// The version of this format.
  public var version = 1
  /// The feature archive.
  public let archive: String
  /// What became of its tensors, each with its norm; nil where that was not noted.
  public let loaded: LoadReport?
  /// What the features learned, and how long.
  public let provenance: FeatureDescription.Provenance
  /// The data set and the digest of its content.
  public let data: String, dataHash: String
  /// Photographs visited.
  public let photographs: Int
  /// What was asked.
  public let settings: UnitSettings
  /// What the names of layers mean; nil for their first meaning.
  public let layerNames: LayerNaming?
  /// The layers in the order of the trunk.
  public let layers: [Layer]
}
