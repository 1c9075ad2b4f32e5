internal import ColorScience
internal import Datasets
internal import Foundation
internal import Images
internal import Randomness

/// Photographs to recolor: those of a dataset's split, or of a folder.
struct PicturePool {
  private enum Source {
    case dataset(Dataset, [Int])
    case files([PictureList.Entry])
  }

  private let source: Source
  /// The pictures' names.
  let names: [String]

  /// The pictures of a data set (.h5) or a folder at `path`.
  init(_ path: String, split: String) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      let entries = try PictureList([path]).entries
      source = .files(entries)
      names = entries.map(\.name)
    } else {
      let dataset = try Dataset(opening: path)
      let records = try dataset.indices(ofSplit: split)
      source = .dataset(dataset, records)
      names = records.map { dataset.ids[$0] }
    }
  }

  /// The largest centered square of a picture, at this size.
  func square(_ place: Int, size: Int) throws -> Picture {
    var window = Augmentation()
    window.size = size
    switch source {
    case .dataset(let dataset, let records):
      return window.center(of: try dataset.picture(records[place], .whole))
    case .files(let entries):
      return window.center(
        of: try Picture(contentsOfFile: entries[place].file).withThreeChannels())
    }
  }

  /// `count` pictures that have color, drawn by the key, in the order they were drawn; fewer where
  /// there are no more.
  func drawn(_ count: Int, size: Int, key: RandomKey) throws -> [Int] {
    var stream = key.stream()
    var chosen: [Int] = []
    for place in stream.permutation(names.count) where chosen.count < count {
      let planes = LabPlanes(rgb: try square(place, size: size).samples)
      // A photograph without color has nothing to be told by.
      if ColorPresence.hasColor(a: planes.a, b: planes.b) { chosen.append(place) }
    }
    return chosen
  }
}
