public import Images

/// What builders of datasets from files of pictures have in common.
public struct BuildOptions: Sendable {
  /// Further splits, listed in text files.
  public var splitLists: [SplitList]
  /// What to do with pictures, masks and annotations that cannot be read.
  public var unreadable: UnreadableFiles
  /// What becomes of the color profiles of pictures.
  public var colorProfiles: ColorProfiles

  /// By default there are no further splits, what cannot be read is an error, and colors are
  /// converted to sRGB.
  public init(
    splitLists: [SplitList] = [], unreadable: UnreadableFiles = .refuse,
    colorProfiles: ColorProfiles = .convert
  ) {
    (self.splitLists, self.unreadable) = (splitLists, unreadable)
    self.colorProfiles = colorProfiles
  }
}
