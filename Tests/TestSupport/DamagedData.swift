internal import Datasets
internal import Foundation

/// Datasets of which some records are damaged, or were never there.
public enum DamagedData {
  /// How a record is damaged.
  public enum Kind: Sendable, CaseIterable {
    /// Its bytes in the file are others than were written.
    case changed
    /// It was written so that it cannot be decoded.
    case cut
  }

  /// Writes the dataset in `file` to `copy` with these records damaged.
  public static func write(
    _ file: String, damaging records: [Int], _ kind: Kind, to copy: String
  ) throws {
    try write(file, to: copy) { record, bytes in
      guard let bytes, records.contains(record), kind == .cut else { return bytes }
      return Array(bytes.prefix(bytes.count * 2 / 3))
    }
    guard kind == .changed else { return }
    let whole = try Dataset(opening: file)
    var data = try Data(contentsOf: URL(filePath: copy))
    for record in records {
      let place = try data.range(of: Data(whole.bytes(of: record)))!
      for at in place.dropFirst(place.count / 2).prefix(4) { data[at] ^= 0x55 }
    }
    try data.write(to: URL(filePath: copy))
  }

  /// Writes the dataset in `file` to `copy` as if it never had these records.
  public static func write(_ file: String, without records: [Int], to copy: String) throws {
    try write(file, to: copy) { records.contains($0) ? nil : $1 }
  }

  /// The pictures of a copy are what `change` makes of them; a record without one is not there.
  private static func write(
    _ file: String, to copy: String, _ change: (Int, [UInt8]?) -> [UInt8]?
  ) throws {
    let data = try Dataset(opening: file)
    var writer = try DatasetWriter(creating: copy, classes: data.classes, source: data.source)
    var places: [Int: Int] = [:]
    for record in 0..<data.count {
      guard let image = change(record, try data.bytes(of: record)) else { continue }
      places[record] = writer.count
      try writer.append(
        DatasetRecord(
          id: data.ids[record], image: image, label: data.label(of: record),
          presence: data.presence(of: record), boxes: data.hasBoxes ? data.boxes(of: record) : nil,
          mask: try data.maskBytes(of: record)))
    }
    for (name, records) in data.splits.sorted(by: { $0.key < $1.key }) {
      let kept = records.compactMap { places[$0] }
      if !kept.isEmpty { try writer.addSplit(name, kept) }
    }
    _ = try writer.finish()
  }
}
