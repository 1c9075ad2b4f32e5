internal import HDF5

/// Builds a dataset from HDF5 files as others write them: an array of pictures, N x H x W x 3 (or
/// 3 x H x W, or one channel) of bytes with numbers of classes beside it; or groups, one for each
/// class, in which each dataset is the bytes of a JPEG or PNG file.
///
///     let report = try HDF5Builder(files: [.init("train.h5", split: "train")]).build(to: "d.h5")
///
/// Pictures of arrays become PNG files, so that their samples stay what they are.
public struct HDF5Builder: Sendable {
  /// The files, and the split each makes, if any. With several, ids begin with the file's name.
  public var files: [FolderBuilder.Root]
  /// The array of pictures; by default the only one that can be pictures.
  public var images: String?
  /// The numbers of the classes; by default `labels` or `targets`, where the file has one.
  public var labels: String?
  /// The names of the classes, one a line, in the order of their numbers; without it a class of an
  /// array is called by its number.
  public var classNames: String?
  /// Whether labels are left alone.
  public var isUnlabelled = false
  /// A part to hold out.
  public var holdOut: HoldOut?
  /// What all builders are asked.
  public var options = BuildOptions()

  /// Takes the pictures of these files.
  public init(files: [FolderBuilder.Root]) { self.files = files }

  /// Reads all pictures and writes the dataset; without success no file is left.
  public func build(
    to path: String, progress: (BuildProgress) -> Void = { _ in }
  ) throws(DatasetError) -> BuildReport {
    var list = PictureList(
      source: "hdf5 " + files.map { lastComponent($0.path) }.joined(separator: ", "))
    var found: [HDF5Pictures] = []
    for root in files {
      let prefix = files.count > 1 ? lastComponent(root.path) + "/" : ""
      let pictures = try HDF5Pictures(in: root.path, images: images, labels: labels)
      list.entries += pictures.candidates(prefix).map { .init(candidate: $0, split: root.split) }
      list.notes.append("\(root.path): \(pictures.note)")
      found.append(pictures)
    }
    if !isUnlabelled { try label(&list, found) }
    (list.holdOut, list.options) = (holdOut, options)
    return try list.build(to: path, progress: progress)
  }

  private func label(_ list: inout PictureList, _ found: [HDF5Pictures]) throws(DatasetError) {
    guard found.contains(where: { $0.labels != nil }) else { return }
    if let without = found.first(where: { $0.labels == nil }) {
      throw DatasetError(
        file: without.path, problem: "it has no labels, and other files have some",
        remedy: "name them (--labels), or build without labels (--unlabelled)")
    }
    let groups = found.flatMap(\.classes)
    if groups.isEmpty {
      let numbers = found.flatMap { $0.labels! }
      list.classes = try ClassNames.of(numbers, named: classNames, largest: numbers.max() ?? 0)
      for place in list.entries.indices { list.entries[place].label = numbers[place] }
    } else {
      // A class is a group's name, whichever file it is in.
      list.classes = Set(groups).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      let names = found.flatMap { pictures in pictures.labels!.map { pictures.classes[$0] } }
      for place in list.entries.indices {
        list.entries[place].label = list.classes.firstIndex(of: names[place])
      }
    }
  }
}
