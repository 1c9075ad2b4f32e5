internal import Files
internal import Foundation
internal import Networks
internal import Tensors

extension UnitPass {
  /// Saves all that was found so far, atomically and with a digest of its own bytes.
  public func save(to path: String) throws {
    settle()
    var archive = TensorArchive(
      metadata: [
        Self.identityKey: identity, Self.doneKey: String(done),
        Self.maskKey: maskPixels.map(String.init).joined(separator: " "),
      ], source: path)
    for layer in layers {
      let (responses, prefix) = (layer.responses, layer.name)
      let peaks = layer.peaks.flatMap(\.sorted)
      func add<Value>(_ name: String, _ type: ElementType, _ values: [Value], _ shape: [Int]) {
        archive.add(
          .init(
            name: "\(prefix).\(name)", type: type, shape: shape,
            bytes: values.withUnsafeBytes { Array($0) }))
      }
      let units = responses.units
      add("peaks.count", .i32, layer.peaks.map { Int32($0.sorted.count) }, [units])
      add("peaks.value", .f32, peaks.map(\.value), [peaks.count])
      add("peaks.rank", .i32, peaks.map(\.rank), [peaks.count])
      add("peaks.row", .i32, peaks.map(\.row), [peaks.count])
      add("peaks.column", .i32, peaks.map(\.column), [peaks.count])
      add("peaks.label", .u8, peaks.map(\.label), [peaks.count])
      add("total", .i64, [Int64(responses.total)], [1])
      add("zeros", .i64, responses.zeros.map(Int64.init), [units])
      add("pages", .i32, responses.pages, [units, ResponseHistogram.powers])
      add("counts", .i64, responses.counts.map(Int64.init), [responses.counts.count])
    }
    try archive.write(to: path, seal: .sha256)
  }

  /// Goes on from what `save` wrote. A file of another pass is an error.
  public func restore(from path: String) throws {
    let file = try TensorArchive(reading: path)
    guard let identity = file.metadata[Self.identityKey],
      let done = file.metadata[Self.doneKey].flatMap(Int.init),
      let pixels = file.metadata[Self.maskKey]?.split(separator: " ").compactMap({ Int($0) }),
      pixels.count == 256
    else { throw ArchiveError(file: path, problem: "does not hold a pass over units") }
    guard identity == self.identity else {
      throw ArchiveError(
        file: path,
        problem: """
          belongs to a pass with other settings, features or data; choose another --output, or \
          remove it
          """)
    }
    func values<Value>(_ name: String, _: Value.Type) throws -> [Value] {
      try file.entry(name).bytes.withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count, by: MemoryLayout<Value>.size).map {
          bytes.loadUnaligned(fromByteOffset: $0, as: Value.self)
        }
      }
    }
    for index in layers.indices {
      let (name, units) = (layers[index].name, layers[index].responses.units)
      var next = 0
      let (value, label) = (
        try values("\(name).peaks.value", Float.self), try values("\(name).peaks.label", UInt8.self)
      )
      let (rank, row, column) = (
        try values("\(name).peaks.rank", Int32.self), try values("\(name).peaks.row", Int32.self),
        try values("\(name).peaks.column", Int32.self)
      )
      for (unit, count) in try values("\(name).peaks.count", Int32.self).enumerated() {
        layers[index].peaks[unit] = TopPeaks(capacity: settings.depth)
        for _ in 0..<count {
          layers[index].peaks[unit].offer(
            Peak(
              value: value[next], rank: rank[next], row: row[next], column: column[next],
              label: label[next]))
          next += 1
        }
      }
      layers[index].responses = ResponseHistogram(
        units: units, total: Int(try values("\(name).total", Int64.self)[0]),
        zeros: try values("\(name).zeros", Int64.self).map(Int.init),
        pages: try values("\(name).pages", Int32.self),
        counts: try values("\(name).counts", Int64.self).map(Int.init))
    }
    (self.done, maskPixels) = (done, pixels)
  }

  private static let identityKey = "pigment.units"
  private static let doneKey = "pigment.units.done"
  private static let maskKey = "pigment.units.mask"
}
