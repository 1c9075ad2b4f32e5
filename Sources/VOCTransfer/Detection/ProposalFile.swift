public import Datasets
internal import Files
internal import HDF5

/// The proposals of a whole dataset in one HDF5 file.
///
///     attributes of /    schema "pigment.proposals", schema_version 2, method, dataset_sha256
///     /ids               N strings: the records of the dataset, in its order
///     /boxes/xyxy        f32 M x 4: xmin, ymin, xmax, ymax; 0-based pixels, both included
///     /boxes/offsets     u64 N+1; the boxes of record i are offsets[i] ..< offsets[i + 1]
///
/// `dataset_sha256` is the content hash of the dataset: proposals of other pictures are refused.
public struct ProposalFile: Sendable {
  /// How they were found.
  public let method: String
  /// The SHA-256 of method, boxes and offsets: results of other proposals are other results.
  public let digest: String
  private let edges: [Float]
  private let offsets: [Int]
  /// Where the boxes of each record stand: records that are left out have theirs, too.
  private let places: [Int]

  private static let schema = "pigment.proposals"
  private static let version = 2

  /// The proposals of `dataset` in a file; those of another dataset, damaged ones and boxes outside
  /// their pictures are errors.
  public init(reading path: String, for dataset: Dataset) throws(DatasetError) {
    do {
      let file = try HDF5File(reading: path)
      guard try file.attributeNames().contains("schema"),
        try file.attribute("schema", as: String.self) == Self.schema
      else {
        throw DatasetError(
          file: path, problem: "this is no file of proposals",
          remedy: "make one with pigment proposals build, or bring one in with pigment proposals "
            + "import")
      }
      let version = try file.attribute("schema_version", as: Int.self)
      guard 1...Self.version ~= version else {
        throw DatasetError(
          file: path, problem: "its version \(version) is newer than \(Self.version)",
          remedy: "use a newer pigment")
      }
      if version == 1 { EarlierFile.note(path) }
      let parts = ["ids", "boxes/xyxy", "boxes/offsets"]
      guard
        try version == 1
          || file.isSealed && parts.allSatisfy({ try file.dataset($0).recordedDigest != nil })
      else {
        throw DatasetError(
          file: path, problem: "it does not note what it held when it was written",
          remedy: "make it anew with pigment proposals build")
      }
      let hash = try file.attribute("dataset_sha256", as: String.self)
      guard hash == dataset.contentSHA256 else {
        throw DatasetError(
          file: path,
          problem: """
            its proposals are of another dataset (content \(hash.prefix(12)), but \
            \(dataset.path) is \(dataset.contentSHA256.prefix(12)))
            """, remedy: "make them anew with pigment proposals build \(dataset.path)")
      }
      method = try file.attribute("method", as: String.self)
      let table = try ProposalTable(file, path)
      guard table.ids == dataset.storedIDs else {
        throw DatasetError(
          file: path, problem: "its ids are not those of the dataset in their order",
          remedy: "make it anew with pigment proposals build")
      }
      (edges, offsets) = (table.edges, table.offsets)
      places = (0..<dataset.count).map { dataset.storedPlace(of: $0) }
      digest = table.digest(method: method)
    } catch let error as HDF5Error {
      throw DatasetError(file: path, problem: error.problem)
    } catch let error as DatasetError {
      throw error
    } catch {
      throw DatasetError(file: path, problem: (error as? FileError)?.problem ?? "\(error)")
    }
    for record in 0..<dataset.count {
      let size = dataset.size(of: record)
      guard boxes(of: record).allSatisfy({ $0.isInside(width: size.width, height: size.height) })
      else {
        throw DatasetError(
          file: path, record: "record \(record), '\(dataset.ids[record])'",
          problem: "a proposal is not inside the picture of \(size.width) x \(size.height)",
          remedy: "boxes are 0-based pixels, both edges included")
      }
    }
  }

  /// The proposals of a record, the better first where the method ranks them.
  public func boxes(of record: Int) -> [Box] {
    (offsets[places[record]]..<offsets[places[record] + 1]).map { position in
      let edge = position * 4
      return Box(
        xMin: edges[edge], yMin: edges[edge + 1], xMax: edges[edge + 2], yMax: edges[edge + 3])
    }
  }

  /// Writes the proposals of every record of `dataset`, in its order, whole or not at all.
  public static func write(
    _ boxes: [[Box]], of dataset: Dataset, method: String, to path: String
  ) throws(DatasetError) {
    precondition(
      boxes.count == dataset.count, "ProposalFile: \(boxes.count) lists of \(dataset.count)")
    var (offsets, edges): ([UInt64], [Float]) = ([0], [])
    for list in boxes {
      for box in list { edges += [box.xMin, box.yMin, box.xMax, box.yMax] }
      offsets.append(UInt64(edges.count / 4))
    }
    do {
      let file = try HDF5Writer(creating: path)
      try file.setAttribute("schema", to: schema)
      try file.setAttribute("schema_version", to: version)
      try file.setAttribute("method", to: method)
      try file.setAttribute("dataset_sha256", to: dataset.contentSHA256)
      try file.write("ids", dataset.ids, shape: [dataset.count])
      try file.write("boxes/xyxy", edges, shape: [edges.count / 4, 4])
      try file.write("boxes/offsets", offsets, shape: [offsets.count])
      try file.commit()
    } catch {
      throw DatasetError(file: path, problem: error.problem)
    }
  }

  /// The proposals in a foreign file of the same layout, whose ids may come in any order and may be
  /// more than the dataset's: how proposals of other programs are brought in.
  public static func foreign(
    _ path: String, for dataset: Dataset
  ) throws(DatasetError) -> [[Box]] {
    let table: ProposalTable
    do {
      // Numbers of 8 bits become such of 64.
      let disk: any FileSystem = .posix
      let limit = 8 * (try disk.size(path)) + 256 << 20
      let file = try HDF5File(reading: path, limit: limit)
      // A dataset has boxes under the same names: they are what detection is to find.
      if (try? file.attribute("schema", as: String.self)) == "pigment.dataset" {
        throw DatasetError(
          file: path, problem: "is a dataset: its /boxes/xyxy are annotations, not proposals",
          remedy: "build proposals with `pigment proposals build`")
      }
      table = try ProposalTable(file, path)
    } catch {
      if let error = error as? DatasetError { throw error }
      throw DatasetError(
        file: path, problem: (error as? FileError)?.problem ?? "\(error)",
        remedy: "wanted are /ids, /boxes/xyxy (M x 4) and /boxes/offsets")
    }
    let places = Dictionary(
      table.ids.enumerated().map { ($0.element, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    return try (0..<dataset.count).map { (record) throws(DatasetError) -> [Box] in
      let id = dataset.ids[record]
      guard let place = places[id] else {
        throw DatasetError(
          file: path, record: "'\(id)'", problem: "there are no proposals of this record",
          remedy: "import the proposals of all \(dataset.count) records of \(dataset.path)")
      }
      return (table.offsets[place]..<table.offsets[place + 1]).map {
        Box(
          xMin: table.edges[4 * $0], yMin: table.edges[4 * $0 + 1],
          xMax: table.edges[4 * $0 + 2], yMax: table.edges[4 * $0 + 3])
      }
    }
  }
}

/// What any file of proposals holds.
private struct ProposalTable {
  let ids: [String]
  let edges: [Float]
  let offsets: [Int]

  init(_ file: borrowing HDF5File, _ path: String) throws {
    ids = try file.read("ids", as: String.self)
    let shape = try file.shape(of: "boxes/xyxy")
    edges = try Self.numbers("boxes/xyxy", of: file, path)
    offsets = try Self.places("boxes/offsets", of: file, path)
    guard shape.count == 2, shape[1] == 4, edges.allSatisfy(\.isFinite),
      offsets.count == ids.count + 1, offsets[0] == 0, offsets[ids.count] == edges.count / 4,
      zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
    else {
      throw DatasetError(
        file: path, problem: "ids, boxes and offsets do not fit together, or a box is not finite",
        remedy: "offsets are N+1 rising numbers from 0 to the number of boxes")
    }
  }

  /// Numbers of any type; the library rounds those that single precision does not have.
  private static func numbers(
    _ name: String, of file: borrowing HDF5File, _ path: String
  ) throws -> [Float] {
    let dataset = try file.dataset(name)
    switch dataset.type {
    case .integer, .float: return try Float.elements(of: dataset, rows: .all)
    case .string, .other: throw noNumbers(name, dataset.type, path)
    }
  }

  /// Whole numbers of any type, which MATLAB writes as floating-point ones.
  private static func places(
    _ name: String, of file: borrowing HDF5File, _ path: String
  ) throws -> [Int] {
    let dataset = try file.dataset(name)
    switch dataset.type {
    case .integer: return try Int.elements(of: dataset, rows: .all)
    case .float:
      return try Double.elements(of: dataset, rows: .all).map { value in
        guard let place = Int(exactly: value) else {
          throw DatasetError(
            file: path, record: name, problem: "\(value) is no whole number",
            remedy: "offsets are N+1 rising numbers from 0 to the number of boxes")
        }
        return place
      }
    case .string, .other: throw noNumbers(name, dataset.type, path)
    }
  }

  private static func noNumbers(_ name: String, _ type: HDF5Type, _ path: String) -> DatasetError {
    DatasetError(
      file: path, record: name, problem: "it holds \(type), not numbers",
      remedy: "write integers or floating-point numbers of any size")
  }

  func digest(method: String) -> String {
    var digest = Digest()
    digest.add(method)
    digest.add(offsets)
    digest.add(edges)
    return digest.hexadecimal
  }
}
