internal import ColorScience
internal import Datasets
internal import Exemplars
public import Images
internal import Inputs
internal import Processes

/// Which pictures colors are transferred from.
public enum ReferenceChoice: Sendable {
  /// Of each picture another one of those that are judged, drawn at random.
  case donor
  /// This one for all.
  case picture(Picture)
  /// Of each picture that of these records which is most like it by its lightness, and not itself.
  case nearest([Int])
}

/// A choice with what it takes to answer.
struct ChosenReferences: Sendable {
  /// The reference that all pictures share.
  let common: Exemplar?
  private let dataset: Dataset
  private let size: Int
  private let candidates: [Int]
  private let descriptors: [SceneDescriptor]

  /// Looks at all candidates once; `size` is that of the squares that are judged.
  init(_ choice: ReferenceChoice, of dataset: Dataset, size: Int) throws {
    (self.dataset, self.size) = (dataset, size)
    switch choice {
    case .donor: (common, candidates, descriptors) = (nil, [], [])
    case .picture(let picture):
      let rgb = picture.withThreeChannels()
      common = Exemplar(LabPlanes(rgb: rgb.samples), width: rgb.width)
      (candidates, descriptors) = ([], [])
    case .nearest(let records):
      (common, candidates) = (nil, records)
      descriptors = try inParallel(records.count) { place in
        Result { try Self.descriptor(of: records[place], dataset) }
      }.map { try $0.get() }
    }
  }

  /// The picture that the colors of a record are transferred from; nil where that is its donor.
  func reference(of record: Int) throws -> Exemplar? {
    if let common { return common }
    guard !candidates.isEmpty else { return nil }
    let own = try Self.descriptor(of: record, dataset)
    let place = own.nearest(in: descriptors) { candidates[$0] != record }
    return try place.map {
      let planes = LabPlanes(rgb: try Self.square(candidates[$0], dataset, size).samples)
      return Exemplar(planes, width: size)
    }
  }

  private static func descriptor(of record: Int, _ dataset: Dataset) throws -> SceneDescriptor {
    let planes = LabPlanes(rgb: try square(record, dataset, 64).samples)
    return SceneDescriptor(lightness: planes.lightness, width: 64)
  }

  private static func square(_ record: Int, _ dataset: Dataset, _ size: Int) throws -> Picture {
    var window = Augmentation()
    window.size = size
    return window.center(of: try dataset.picture(record, .whole))
  }
}
