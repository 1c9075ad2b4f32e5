extension TrunkConfiguration {
  /// One of the known trunks, by its name in configurations and archives.
  public struct Architecture: RawRepresentable, Codable, Hashable, Sendable, CaseIterable {
    /// The name, such as `eccv16`.
    public let rawValue: String

    /// The trunk of this name; nil where there is none.
    public init?(rawValue: String) {
      guard Self.allCases.contains(where: { $0.rawValue == rawValue }) else { return nil }
      self.rawValue = rawValue
    }

    /// The trunk that `description` describes; for the constants beside each description.
    init(_ description: TrunkDescription) { rawValue = description.name }

    /// All of them: a trunk is a file in this folder and its line here.
    static let descriptions: [TrunkDescription] = [
      .eccv16,
      .alexNet,
      .vgg16,
      .resnet18,
      .resnet34,
      .resnet50,
    ]

    /// All of them, in the order of the list.
    public static let allCases = descriptions.map(Architecture.init)

    /// What the trunk is.
    public var trunk: TrunkDescription {
      Self.descriptions.first { $0.name == rawValue }!
    }
  }
}
