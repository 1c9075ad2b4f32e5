internal import Datasets
internal import Files
internal import Foundation
internal import Images
internal import Metrics
internal import Text

/// Scores the predictions for some records, and saves them where people and servers look for them.
struct SegmentationReport {
  let dataset: Dataset
  /// The class names, background first.
  let classes: [String]
  private var matrix: ConfusionMatrix
  private var rows: [Sheet.Row] = []
  /// The values of masks that are on the sheet.
  private var shown: Set<UInt8> = []
  private var count = 0

  init(_ dataset: Dataset) {
    self.dataset = dataset
    classes = ["background"] + dataset.classes
    matrix = ConfusionMatrix(classes: classes)
  }

  /// Counts one prediction; with `isShown` it gets a row on the sheet.
  mutating func add(
    _ record: Int, picture: Picture, truth: Picture, predicted: Picture, isShown: Bool
  ) {
    var one = ConfusionMatrix(classes: classes)
    one.add(truth: truth.samples, predicted: predicted.samples)
    matrix.merge(one)
    count += 1
    guard isShown else { return }
    shown.formUnion(truth.samples)
    shown.formUnion(predicted.samples)
    let accuracy =
      one.pixelAccuracy.map { Table.number(100 * $0, digits: 0) + " % right" } ?? "all void"
    rows.append(
      Sheet.Row(
        caption: "\(dataset.ids[record])\n\(accuracy)",
        cells: [
          .init(picture), .init(Palette.voc.colored(truth), label: names(in: truth)),
          .init(Palette.voc.colored(predicted), label: names(in: predicted)),
        ]))
  }

  /// Saves a prediction as a palette PNG where the VOC server wants it.
  func save(_ predicted: Picture, of record: Int, split: String, below folder: String) throws {
    let path = Self.devkitPath(id: dataset.ids[record], source: dataset.source, split: split)
    let file = "\(folder)/\(path)"
    try POSIXFiles.posix.makeDirectory(Files.folder(of: file))
    try AtomicFile.write(predicted.encodedPNG(palette: .voc), to: file)
  }

  /// The scores so far; nil where no pixel counted.
  var scores: SegmentationScores? {
    matrix.pixels == 0 ? nil : SegmentationScores(matrix, pictures: count)
  }

  /// Photographs, truths and predictions side by side; nil where none is shown.
  var sheet: Picture? {
    guard !rows.isEmpty else { return nil }
    var sheet = Sheet(cellSize: (240, 180), headers: ["photograph", "truth", "prediction"])
    sheet.rows = rows
    sheet.key = shown.sorted().map { (Palette.voc.colors[Int($0)], name($0)) }
    return sheet.rendered()
  }

  /// What a value of a mask is called; those beyond the classes count nowhere.
  private func name(_ value: UInt8) -> String {
    Int(value) < classes.count ? classes[Int(value)] : "void"
  }

  /// The classes in a mask but background, the largest first.
  private func names(in mask: Picture) -> String {
    var counts = [Int](repeating: 0, count: 256)
    for label in mask.samples { counts[Int(label)] += 1 }
    return classes.indices.dropFirst().filter { counts[$0] > 0 }
      .sorted { counts[$0] > counts[$1] }.map { classes[$0] }.joined(separator: ", ")
  }

  /// Where the VOC server wants the prediction for a record, below the folder `results`:
  /// `VOC2012/Segmentation/comp6_test_cls/ID.png`. Ids such as `VOC2012/2007_000032`, of datasets
  /// of several years, name their year; other datasets of VOC do so in their source.
  static func devkitPath(id: String, source: String, split: String) -> String {
    let parts = id.split(separator: "/", maxSplits: 1).map(String.init)
    let isYear = parts.count == 2 && parts[0].hasPrefix("VOC")
    let year = source.split(separator: " ").first { $0.hasPrefix("VOC") }.map(String.init)
    let set = split.hasPrefix("seg_") ? String(split.dropFirst(4)) : split
    let name = (isYear ? parts[1] : id).replacingOccurrences(of: "/", with: "_")
    return "\(isYear ? parts[0] : year ?? "pictures")/Segmentation/comp6_\(set)_cls/\(name).png"
  }
}
