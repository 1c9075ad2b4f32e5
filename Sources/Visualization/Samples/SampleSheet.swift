public import Datasets
public import Images
public import Randomness

/// Pictures of a dataset with everything that is known of them, side by side.
public struct SampleSheet {
  /// The dataset.
  public let dataset: Dataset
  /// The records.
  public let records: [Int]
  /// The longer side of a picture on the sheet, in pixels.
  public var side = 200
  /// Pictures in a row.
  public var columns = 6
  /// What each picture becomes in training, beside it: crops of so many epochs.
  public var crops: (cut: SampleCrops, epochs: Int)?

  /// A sheet of these records, of which there must be some.
  public init(_ dataset: Dataset, _ records: [Int]) {
    precondition(!records.isEmpty, "SampleSheet: there are no records")
    (self.dataset, self.records) = (dataset, records)
  }

  /// So many of these records, drawn from `key`, in their own order.
  public static func drawn(_ count: Int, of records: [Int], key: RandomKey) -> [Int] {
    guard count < records.count else { return records }
    var stream = key.stream()
    return stream.permutation(records.count).prefix(count).sorted().map { records[$0] }
  }

  /// The sheet.
  public func rendered() throws -> Picture {
    var values: Set<UInt8> = []
    func cell(_ drawn: SamplePicture, _ label: String) -> Sheet.Cell {
      values.formUnion(drawn.values)
      return Sheet.Cell(drawn.picture, label: label)
    }
    var sheet: Sheet
    if let (cut, epochs) = crops {
      sheet = Sheet(
        cellSize: (side, side),
        headers: ["whole"] + (0..<epochs).map { "epoch \($0 + 1)" })
      sheet.rows = try records.map { record in
        let whole = cell(try SamplePicture(record, of: dataset, side: side), labels(of: record))
        let cells = try (0..<epochs).map { epoch in
          let found = try cut.crop(record, epoch)
          return cell(
            SamplePicture(crop: found.picture, mask: found.mask, side: side),
            "\(found.picture.width) x \(found.picture.height)")
        }
        return Sheet.Row(caption: dataset.ids[record], cells: [whole] + cells)
      }
    } else {
      let cells = try records.map { record in
        let words = labels(of: record)
        return cell(
          try SamplePicture(record, of: dataset, side: side),
          dataset.ids[record] + (words.isEmpty ? "" : ": \(words)"))
      }
      sheet = Sheet(cells, columns: min(columns, cells.count))
      sheet.cellSize = (side, min(side, sheet.cellSize.height))
    }
    sheet.key = values.sorted().map { value in
      (Palette.voc.colors[Int(value)], name(ofMaskValue: Int(value)))
    }
    return sheet.rendered()
  }

  /// What a value of a mask is called.
  private func name(ofMaskValue value: Int) -> String {
    dataset.classes.indices.contains(value - 1) ? dataset.classes[value - 1] : "void"
  }

  /// The classes that a record is labelled with; those of its boxes stand on these.
  private func labels(of record: Int) -> String {
    var names: [String] = []
    if let label = dataset.label(of: record) { names.append(dataset.classes[label]) }
    if dataset.boxes(of: record).isEmpty, let presence = dataset.presence(of: record) {
      names += zip(dataset.classes, presence).filter { $0.1 == 1 }.map(\.0)
    }
    return names.joined(separator: ", ")
  }
}
