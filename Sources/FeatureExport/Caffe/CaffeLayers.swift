internal import HDF5
internal import Networks

/// The layers of a file of Caffe's weights, HDF5 or .caffemodel; their numbers are read when they
/// are asked for.
struct CaffeLayers {
  /// A layer without its numbers.
  struct Layer {
    let name: String
    /// What kind of layer it is, in Caffe's word; nil where the file does not say.
    var type: String?
    /// The shapes of its blobs.
    var shapes: [[Int]]
  }

  /// A blob: numbers and their shape.
  struct Blob {
    var values: [Float]
    var shape: [Int]
    /// What the numbers are in the file.
    let type: String
  }

  /// The file in errors.
  let source: String
  /// The layers in the order of the file.
  let layers: [Layer]
  private let places: [String: Int]
  private let read: (_ layer: String) throws -> [Blob]

  /// Layers of which `read` gives the blobs; names are unique.
  init(
    source: String, layers: [Layer], read: @escaping (_ layer: String) throws -> [Blob]
  ) {
    (self.source, self.layers, self.read) = (source, layers, read)
    places = Dictionary(uniqueKeysWithValues: layers.enumerated().map { ($1.name, $0) })
  }

  /// The layer called `name`.
  subscript(name: String) -> Layer? { places[name].map { layers[$0] } }

  /// The blobs of a layer, in their order.
  func blobs(_ name: String) throws -> [Blob] { try read(name) }

  /// What stands before a layer's name in errors: where HDF5 has it, or nothing.
  var place: String { isModel ? "" : "/data/" }

  /// Whether the file is a .caffemodel, whose layers have types.
  var isModel: Bool { layers.contains { $0.type != nil } }
}

extension CaffeLayers.Layer {
  /// Whether it normalizes responses over channels, which a trunk cannot do without: by its type,
  /// or where the file does not say that (as HDF5 does not) by a name such as BVLC's `norm1`.
  var normalizesResponses: Bool {
    if let type { return type == "LRN" }
    return shapes.isEmpty && hasNormalizationsName
  }

  /// Whether it normalizes something, by its name.
  var hasNormalizationsName: Bool {
    let name = name.lowercased()
    return name.contains("norm") || name.contains("lrn")
  }
}

extension CaffeLayers {
  /// The layers under `/data` of an HDF5 file.
  init(hdf5 path: String) throws {
    let file = OpenFile(try HDF5File(reading: path))
    guard try file.file.contains("/data") else {
      // Datasets, features and proposals of ours say so.
      let schema =
        try file.file.attributeNames().contains("schema")
        ? try file.file.attribute("schema", as: String.self) : nil
      throw ArchiveError(
        file: path, tensor: "/data",
        problem: "is missing; Caffe keeps its weights there (Net::ToHDF5)"
          + (schema.map { ", this file is a \($0)" } ?? ""))
    }
    let layers = try file.file.members(of: "/data").map { name in
      Layer(
        name: name, type: nil,
        shapes: try file.blobs(of: name).map { try file.file.shape(of: $0) })
    }
    self.init(source: path, layers: layers) { name in
      try file.blobs(of: name).map { place in
        let dataset = try file.file.dataset(place)
        guard case .float(let bits) = dataset.type, bits > 32 else {
          return Blob(values: try dataset.read(), shape: try dataset.shape, type: "\(dataset.type)")
        }
        return Blob(
          values: try dataset.read(as: Double.self).map { Float($0) }, shape: try dataset.shape,
          type: "\(dataset.type)")
      }
    }
  }

  /// A file that stays open while its layers are asked for.
  private final class OpenFile {
    let file: HDF5File

    init(_ file: consuming HDF5File) { self.file = file }

    /// Where the blobs of a layer are, in their order.
    func blobs(of layer: String) throws -> [String] {
      try file.members(of: "/data/\(layer)").sorted { Int($0) ?? 0 < Int($1) ?? 0 }
        .map { "/data/\(layer)/\($0)" }
    }
  }
}
