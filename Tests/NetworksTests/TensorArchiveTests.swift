import Files
import Foundation
import Networks
import TestSupport
import Testing

@Suite struct TensorArchiveTests {
  /// Bytes of `safetensors.torch.save` (safetensors 0.8, torch 2.15) for these three tensors.
  static let golden: [UInt8] =
    [8, 1, 0, 0, 0, 0, 0, 0]
    + Array(
      """
      {"__metadata__":{"format":"pt"},\
      "features.1.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]},\
      "features.0.bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},\
      "features.0.weight":{"dtype":"F32","shape":[1,1,2,2],"data_offsets":[12,28]}}\u{20}\
      \u{20}\u{20}\u{20}\u{20}\u{20}
      """.utf8)
    + [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 63, 0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64]

  static func small() -> TensorArchive {
    var archive = TensorArchive(metadata: ["format": "pt"])
    archive.add(
      .init(
        name: "features.0.weight", type: .f32, shape: [1, 1, 2, 2],
        bytes: [0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64]))
    archive.add(.init(name: "features.0.bias", type: .f32, shape: [1], bytes: [0, 0, 0, 63]))
    archive.add(
      .init(
        name: "features.1.num_batches_tracked", type: .i64, shape: [],
        bytes: [3, 0, 0, 0, 0, 0, 0, 0]))
    return archive
  }

  @Test func writesTheBytesThatPyTorchWrites() throws {
    #expect(Self.golden.count == 300)
    #expect(Self.small().serialized() == Self.golden)
  }

  @Test(.enabled(if: SharedData.isPresent, "needs the reference data beside the checkout"))
  func theCommittedGoldenBytesAreTheReferenceOnes() throws {
    let path = SharedData.path("golden/formats/golden_vectors.json")
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
    let hex = try #require((json as? [String: Any])?["safetensors_hex"] as? String)
    #expect(Self.golden.map { String(format: "%02x", $0) }.joined() == hex)
  }

  @Test func readsWhatPyTorchWrites() throws {
    let archive = try TensorArchive(bytes: Self.golden, source: "golden")
    #expect(archive.metadata == ["format": "pt"])
    #expect(
      archive.names == [
        "features.1.num_batches_tracked", "features.0.bias", "features.0.weight",
      ])
    for entry in Self.small().entries { #expect(archive[entry.name] == entry) }
    #expect(archive["features.0.weight"]?.norm == 14.0.squareRoot())
    #expect(archive["features.1.num_batches_tracked"]?.norm == 3)
  }

  @Test func everyTypeNameAndEmptyTensorComesBack() throws {
    var archive = TensorArchive(metadata: ["a\"\\\n\u{1}é😀": "\t/ü", "": ""])
    for type in ElementType.allCases {
      let bytes = (0..<type.bitCount).map { UInt8($0 * 7 % 251) }
      archive.add(.init(name: "t \(type) \"😀\u{7F}", type: type, shape: [2, 4], bytes: bytes))
      archive.add(.init(name: "empty \(type)", type: type, shape: [3, 0], bytes: []))
    }
    let back = try TensorArchive(bytes: archive.serialized(), source: "memory")
    #expect(back.metadata == archive.metadata)
    #expect(back.entries.count == 2 * ElementType.allCases.count)
    for entry in archive.entries { #expect(back[entry.name] == entry) }
    #expect(back.serialized() == archive.serialized())
    #expect(back.entries.first?.type == .u64 && back.entries.last?.type == .bool)
  }

  @Test func anEmptyArchiveIsTheReferenceOne() throws {
    let bytes: [UInt8] = [8, 0, 0, 0, 0, 0, 0, 0, 123, 125, 32, 32, 32, 32, 32, 32]
    #expect(TensorArchive().serialized() == bytes)
    #expect(try TensorArchive(bytes: bytes, source: "empty").entries.isEmpty)
  }

  @Test func filesAreReplacedWholeAndErrorsNameThem() throws {
    let folder = NSTemporaryDirectory() + "archive-\(UUID())"
    try POSIXFiles.posix.makeDirectory(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/a.safetensors"
    try Self.small().write(to: path)
    try Self.small().write(to: path)
    #expect(try POSIXFiles.posix.list(folder) == ["a.safetensors"])
    let back = try TensorArchive(reading: path)
    #expect(back.entries.count == 3)
    let error = #expect(throws: ArchiveError.self) { try back.entry("features.0.weigth") }
    #expect(
      error?.description
        == "\(path): tensor 'features.0.weigth': is missing; closest: "
        + "features.0.weight, features.0.bias, features.1.num_batches_tracked")
    let missing = #expect(throws: ArchiveError.self) {
      try TensorArchive(reading: folder + "/none")
    }
    #expect(missing?.description.contains("no such file") == true)
  }
}
