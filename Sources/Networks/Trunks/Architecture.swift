extension TrunkConfiguration {
  /// What kind of trunk it is: one of the known ones, by its name in configurations and archives,
  /// or one that a program brings along.
  public struct Architecture: RawRepresentable, Codable, Hashable, Sendable, CaseIterable {
    /// What the trunk is.
    public let trunk: TrunkDescription

    /// The trunk that a description describes.
    ///
    /// Files name trunks: a program that reads configurations or archives of its own ones does so
    /// inside of `Architecture.$added.withValue([description]) { ... }`.
    public init(_ description: TrunkDescription) { trunk = description }

    /// The trunk of this name; nil where there is none.
    public init?(rawValue: String) {
      guard let found = (Self.descriptions + Self.added).first(where: { $0.name == rawValue })
      else { return nil }
      trunk = found
    }

    /// The name, such as `eccv16`.
    public var rawValue: String { trunk.name }

    /// Trunks that files may name besides the known ones.
    @TaskLocal public static var added: [TrunkDescription] = []

    /// The known ones: a trunk is a file in this folder and its line here.
    static let descriptions: [TrunkDescription] = [
      .eccv16,
      .alexNet,
      .torchvisionAlexNet,
      .vgg11,
      .vgg13,
      .vgg16,
      .vgg19,
      .resnet18,
      .resnet34,
      .resnet50,
    ]

    /// The known ones, in the order of the list.
    public static let allCases = descriptions.map(Architecture.init)

    /// Whether both have one name.
    public static func == (a: Self, b: Self) -> Bool { a.rawValue == b.rawValue }
    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
  }
}
