import FeatureExport
import Foundation
import Layers
import Networks
import Tensors
import TestSupport

/// What torch computed with the files beside its script, and the same by an import of them.
enum TorchGolden {
  struct Values: Decodable {
    let features: [String: [Float]]
  }

  /// A file beside the scripts `make_torch.py` and `make_caffe.py`.
  static func file(_ name: String) -> String {
    SharedData.packagePath("Tests/FeatureExportTests/Golden/\(name)")
  }

  /// The features by names.
  static func features(_ name: String) throws -> [String: [Float]] {
    try JSONDecoder().decode(Values.self, from: Data(contentsOf: URL(filePath: file(name))))
      .features
  }

  /// The scripts' numbers from 0 to 999 in a row.
  static func numbers(_ shape: Shape) -> [Float] {
    (0..<shape.count).map { Float($0 * 7919 % 1000) }
  }

  /// The largest difference of what the archive in a file makes of an input from what it should be,
  /// relative to the largest of that.
  static func difference(
    _ archive: String, _ input: (Preprocessing) -> Tensor, from expected: [Float]
  ) throws -> Float {
    let archive = try FeatureArchive.read(archive).archive
    let x = input(archive.description.preprocessing)
    let last = archive.trunk.names.last!
    let found = archive.trunk.outputs(x, of: [last])[last]!.floats
    guard found.count == expected.count else { return .infinity }
    let largest = expected.map(abs).max() ?? 0
    return (zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity) / largest
  }
}

/// A zip file of stored members, as small as it can be.
struct SmallZip {
  private(set) var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  /// Adds a member; what it says of its size may be wrong, and it may say that it is deflated.
  mutating func add(
    _ name: String, _ data: [UInt8], checksum: UInt32, size: Int? = nil, method: Int = 0,
    flags: Int = 0
  ) {
    let header =
      number(20, 2) + number(flags, 2) + number(method, 2) + number(0, 4)
      + number(Int(checksum), 4) + number(data.count, 4) + number(size ?? data.count, 4)
      + number(name.utf8.count, 2) + number(0, 2)
    directory += [0x50, 0x4B, 1, 2] + number(20, 2) + header + number(0, 10)
    directory += number(bytes.count, 4) + Array(name.utf8)
    bytes += [0x50, 0x4B, 3, 4] + header + Array(name.utf8) + data
    count += 1
  }

  /// The file.
  var file: [UInt8] {
    let end = number(0, 4) + number(count, 2) + number(count, 2) + number(directory.count, 4)
    return bytes + directory + [0x50, 0x4B, 5, 6] + end + number(bytes.count, 4) + number(0, 2)
  }

  private func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
  }
}
