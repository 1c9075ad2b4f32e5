/// Builds a dataset from ImageNet as its archives unpack: ILSVRC 2012, whose validation pictures
/// lie in one folder beside a list of their classes, or Tiny ImageNet. Classes are WordNet's
/// numbers (`n01440764`), sorted; the splits are `train` and `val`.
///
///     let report = try ImageNetBuilder(folder: "tiny-imagenet-200").build(to: "tiny.h5")
///
/// The test pictures, whose labels are on a server, are left out.
///
/// - Source: the readme of ILSVRC 2012's development kit; that of Stanford's CS 231n for the other.
public struct ImageNetBuilder: Sendable {
  /// The folder with `train` and `val` in it.
  public var folder: String
  /// The classes of the validation pictures of ILSVRC: lines `NAME.JPEG CLASS`, in which the class
  /// is WordNet's number or its place among the sorted ones, or the comma-separated
  /// `LOC_val_solution.csv`. Without it they are in folders of classes or, as in Tiny ImageNet, in
  /// `val/val_annotations.txt`.
  public var validationLabels: String?
  /// What all builders are asked.
  public var options = BuildOptions()

  /// Takes the pictures of a folder.
  public init(folder: String) { self.folder = folder }

  /// Reads and checks all pictures and writes the dataset; without success no file is left.
  public func build(
    to path: String, progress: (BuildProgress) -> Void = { _ in }
  ) throws(DatasetError) -> BuildReport {
    let train = try FolderScan(roots: [.init("\(folder)/train")], labels: .subfolders)
    var list = PictureList(source: "imagenet " + lastComponent(folder))
    list.classes = train.classes
    list.notes = train.notes
    list.entries = train.files.map {
      // Tiny ImageNet has a folder `images` in that of each class.
      let id =
        "train/"
        + $0.id.split(separator: "/").filter { $0 != "images" }
        .joined(separator: "/")
      return .init(
        candidate: Candidate(id: id, imagePath: $0.path), label: $0.label, split: "train")
    }
    list.entries += try validation(train.classes)
    list.options = options
    return try list.build(to: path, progress: progress)
  }

  private func validation(_ classes: [String]) throws(DatasetError) -> [PictureList.Entry] {
    let folder = "\(folder)/val"
    let tiny = "\(folder)/val_annotations.txt"
    guard let labels = validationLabels ?? (isFile(tiny) ? tiny : nil) else {
      guard try names(inFolder: folder).contains(where: { isFolder("\(folder)/\($0)") }) else {
        throw DatasetError(
          file: folder, problem: "nothing says which classes its pictures have",
          remedy: "name the list of them (--validation-labels)")
      }
      let scan = try FolderScan(roots: [.init(folder)], labels: .subfolders)
      guard scan.classes.allSatisfy(classes.contains) else {
        throw DatasetError(
          file: folder, problem: "it has classes that train has not",
          remedy: "compare the names of their folders")
      }
      return scan.files.map { file in
        .init(
          candidate: Candidate(id: "val/" + file.id, imagePath: file.path),
          label: classes.firstIndex(of: scan.classes[file.label!]), split: "val")
      }
    }
    let pictures = isFolder("\(folder)/images") ? "\(folder)/images" : folder
    let listed = try Self.listed(labels, classes)
    return try names(inFolder: pictures).filter { $0.withoutEnding.count < $0.count }.map {
      name throws(DatasetError) in
      guard let label = listed[String(name.withoutEnding)] else {
        throw DatasetError(
          file: labels, problem: "it has no class for \(name)", remedy: "name the whole list")
      }
      return .init(
        candidate: Candidate(id: "val/\(name)", imagePath: "\(pictures)/\(name)"), label: label,
        split: "val")
    }
  }

  /// The class of each picture of a list, by the picture's name without its ending.
  private static func listed(
    _ path: String, _ classes: [String]
  ) throws(DatasetError) -> [String: Int] {
    let places = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
    var found: [String: Int] = [:]
    for line in try lines(of: path) {
      let words = line.words.joined(separator: " ").split { " ,".contains($0) }.map(String.init)
      func error(_ problem: String, _ remedy: String) -> DatasetError {
        DatasetError(file: path, record: "line \(line.number)", problem: problem, remedy: remedy)
      }
      if words.first == "ImageId" { continue }
      guard words.count > 1 else {
        throw error(
          "it names a class but no picture",
          "use a list of names and classes: the development kit's numbers are not in the order "
            + "of WordNet's")
      }
      let number = Int(words[1]).flatMap { classes.indices.contains($0) ? $0 : nil }
      guard let label = places[words[1]] ?? number else {
        throw error(
          "'\(words[1])' is none of the \(classes.count) classes of train",
          "write WordNet's number, or the place among the sorted ones, from 0")
      }
      let name = String(words[0].split(separator: "/").last!.description.withoutEnding)
      guard found.updateValue(label, forKey: name) == nil else {
        throw error("'\(name)' is listed twice", "list it once")
      }
    }
    return found
  }
}
