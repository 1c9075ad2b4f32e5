/// Builds a dataset from folders of pictures: one subfolder per class, or no classes at all.
///
///     var builder = FolderBuilder(roots: [.init("photos/flowers")])
///     builder.holdOut = HoldOut(fraction: 0.1)
///     let report = try builder.build(to: "flowers.h5")
public struct FolderBuilder: Sendable {
  /// A folder to take pictures from.
  public struct Root: Sendable, Hashable {
    /// Where it is.
    public var path: String
    /// The split its pictures make, if any.
    public var split: String?

    /// This folder, as this split.
    public init(_ path: String, split: String? = nil) { (self.path, self.split) = (path, split) }
  }

  /// What the folders mean.
  public enum Labels: Sendable {
    /// Each subfolder of a root is a class; classes are sorted by the bytes of their names.
    case subfolders
    /// Pictures at any depth have no labels.
    case none
  }

  /// Where the pictures are. With several roots, ids begin with the last part of each root's path.
  public var roots: [Root]
  /// What the folders mean.
  public var labels: Labels
  /// A part to hold out; without it, named roots and lists there are no splits.
  public var holdOut: HoldOut?
  /// What all builders are asked.
  public var options = BuildOptions()
  /// What the dataset says about its origin; by default the names of the roots.
  public var source: String?

  /// Takes pictures from these folders.
  public init(roots: [Root], labels: Labels = .subfolders) {
    (self.roots, self.labels) = (roots, labels)
  }

  /// Reads and checks all pictures and writes the dataset; without success no file is left.
  public func build(
    to path: String, progress: (BuildProgress) -> Void = { _ in }
  ) throws(DatasetError) -> BuildReport {
    guard holdOut.map({ $0.fraction > 0 && $0.fraction < 1 }) ?? true else {
      throw DatasetError(
        file: path, problem: "a hold-out of \(holdOut?.fraction ?? 0) is no fraction",
        remedy: "give a number between 0 and 1")
    }
    let scan = try FolderScan(roots: roots, labels: labels)
    var list = PictureList(
      source: source ?? "folder " + roots.map { lastComponent($0.path) }.joined(separator: ", "))
    list.entries = scan.files.map {
      .init(
        candidate: Candidate(id: $0.id, imagePath: $0.path), label: $0.label,
        split: roots[$0.root].split)
    }
    (list.classes, list.notes) = (scan.classes, scan.notes)
    (list.holdOut, list.options) = (holdOut, options)
    return try list.build(to: path, progress: progress)
  }
}
