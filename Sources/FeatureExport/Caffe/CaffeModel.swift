internal import Networks

/// Reads the layers of a .caffemodel, a NetParameter of protocol buffers: those of `layer` and,
/// before 2014, of `layers`. Fields are looked up where they stand, so that no more of the file is
/// in memory than what is asked for.
///
/// - Source: BVLC/caffe, src/caffe/proto/caffe.proto.
struct CaffeModel {
  /// Where the numbers of a blob stand.
  private struct Place {
    var shape: [Int] = []
    var offset = 0
    var count = 0
    var isDouble = false
  }

  private let file: FileBytes
  private var layers: [CaffeLayers.Layer] = []
  private var places: [String: [Place]] = [:]

  /// Whether a file that begins so may be one: with the network's name, an input or a layer.
  static func begins(_ start: [UInt8]) -> Bool {
    start.starts(with: [0x0A]) || start.starts(with: [0x12]) || start.starts(with: [0x1A])
      || start.starts(with: [0xA2, 0x06])
  }

  /// The layers of a file.
  static func layers(of path: String) throws(ArchiveError) -> CaffeLayers {
    let model = try CaffeModel(path)
    return CaffeLayers(source: path, layers: model.layers) { try model.blobs($0) }
  }

  private init(_ path: String) throws(ArchiveError) {
    file = try FileBytes(path)
    var fields = WireFields(file)
    while let field = try fields.next(until: file.size) {
      // `layers` of version 1 and `layer` number the same things otherwise.
      switch field.number {
      case 2: try add(fields.message(field), &fields, isFirstVersion: true)
      case 100: try add(fields.message(field), &fields, isFirstVersion: false)
      default: try fields.skip(field)
      }
    }
    guard !layers.isEmpty else {
      throw fields.failure("has no layers, or is no .caffemodel (NetParameter) at all")
    }
  }

  private mutating func add(
    _ end: Int, _ fields: inout WireFields, isFirstVersion: Bool
  ) throws(ArchiveError) {
    var (name, type, blobs): (String, String, [Place]) = ("", "", [])
    let (nameField, typeField, blobField) = isFirstVersion ? (4, 5, 6) : (1, 2, 7)
    while let field = try fields.next(until: end) {
      switch field.number {
      case 1 where isFirstVersion:
        throw fields.failure(
          "is of Caffe's format of 2013; Caffe's upgrade_net_proto_binary makes today's of it")
      case nameField: name = try fields.text(field)
      case typeField where isFirstVersion:
        // The number of V1LayerParameter's LRN; no other type is asked for.
        type = try fields.varint(field) == 15 ? "LRN" : "layer of version 1"
      case typeField: type = try fields.text(field)
      case blobField: blobs.append(try blob(fields.message(field), &fields))
      default: try fields.skip(field)
      }
    }
    let layer = CaffeLayers.Layer(name: name, type: type, shapes: blobs.map(\.shape))
    guard let old = places.updateValue(blobs, forKey: name) else {
      layers.append(layer)
      return
    }
    // Layers of training and of testing, such as both sources of data, share names.
    guard old.isEmpty, blobs.isEmpty else {
      throw ArchiveError(file: file.path, tensor: name, problem: "is the name of two layers")
    }
  }

  private func blob(_ end: Int, _ fields: inout WireFields) throws(ArchiveError) -> Place {
    var (place, sizes) = (Place(), [1: 1, 2: 1, 3: 1, 4: 1])
    var hasShape = false
    while let field = try fields.next(until: end) {
      switch field.number {
      // num, channels, height and width, before blobs had any number of axes.
      case 1...4: sizes[field.number] = try fields.size(field)
      case 5, 8:
        let stop = try fields.message(field)
        let size = field.number == 5 ? 4 : 8
        guard place.count == 0, (stop - fields.position) % size == 0 else {
          throw fields.failure("has a blob whose numbers stand in several pieces")
        }
        (place.offset, place.count) = (fields.position, (stop - fields.position) / size)
        place.isDouble = size == 8
        try fields.move(to: stop)
      case 7:
        place.shape = try shape(fields.message(field), &fields)
        hasShape = true
      default: try fields.skip(field)
      }
    }
    if !hasShape { place.shape = (1...4).map { sizes[$0]! } }
    var count = 1
    for size in place.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { throw fields.failure("has a blob of an impossible shape") }
      count = product
    }
    guard count == place.count else {
      throw fields.failure(
        "is damaged: a blob of shape \(place.shape) has \(place.count) numbers")
    }
    return place
  }

  private func shape(_ end: Int, _ fields: inout WireFields) throws(ArchiveError) -> [Int] {
    var shape: [Int] = []
    while let field = try fields.next(until: end) {
      guard field.number == 1 else {
        try fields.skip(field)
        continue
      }
      if field.isMessage {
        let stop = try fields.message(field)
        while fields.position < stop { shape.append(try fields.size(within: stop)) }
      } else {
        shape.append(try fields.size(field))
      }
      guard shape.count <= 32 else { throw fields.failure("has a blob of over 32 axes") }
    }
    return shape
  }

  private func blobs(_ layer: String) throws(ArchiveError) -> [CaffeLayers.Blob] {
    var blobs: [CaffeLayers.Blob] = []
    for place in places[layer] ?? [] {
      let size = place.isDouble ? 8 : 4
      let bytes = try file.bytes(at: place.offset, count: place.count * size)
      let values = bytes.withUnsafeBytes { bytes in
        (0..<place.count).map { index in
          place.isDouble
            ? Float(bytes.loadUnaligned(fromByteOffset: index * 8, as: Double.self))
            : bytes.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
        }
      }
      blobs.append(
        .init(values: values, shape: place.shape, type: place.isDouble ? "float64" : "float32"))
    }
    return blobs
  }
}
