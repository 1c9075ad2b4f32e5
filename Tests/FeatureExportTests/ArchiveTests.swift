import FeatureExport
import Foundation
import Networks
import Tensors
import Testing

/// What a feature archive refuses.
@Suite struct ArchiveTests {
  let scratch: Scratch
  let path: String
  init() throws {
    scratch = try Scratch()
    path = scratch.file("features.safetensors")
    try Samples.write(Samples.configuration(.eccv16), to: path)
  }

  /// The archive with a change, written as an archive again.
  func change(
    _ change: (inout TensorArchive.Entry) -> Void = { _ in },
    metadata: (inout [String: String]) -> Void = { _ in },
    adding extra: TensorArchive.Entry? = nil
  ) throws -> String {
    let changed = scratch.file("changed.safetensors")
    try Samples.change(path, to: changed, change, metadata: metadata, adding: extra)
    return changed
  }

  @Test func everyLayerHasItsGeometry() throws {
    let layers = try FeatureArchive.read(path).archive.description.layers
    func field(_ name: String) -> Double? {
      layers.first { $0.name == name }?.geometry.receptiveField
    }
    #expect(field("conv5_3") == 181 && field("conv6_3") == 277 && field("conv7_3") == 325)
    #expect(layers.last?.name == "norm7" && layers.last?.channels == 32)
    #expect(layers.last?.geometry.stride == 8)
  }

  @Test func aFutureVersionIsRefusedWithAClearWord() throws {
    let future = try change(metadata: { words in
      words[FeatureDescription.key] = words[FeatureDescription.key]!.replacing(
        "\"version\":\(FeatureDescription.currentVersion)", with: "\"version\":99")
    })
    let text = words { _ = try FeatureArchive.read(future) }
    #expect(text.contains("changed.safetensors: has format version 99, newer than version"))
    #expect(text.contains("use a newer pigment"))
  }

  @Test func aTruncatedArchiveIsRefused() throws {
    let bytes = try Data(contentsOf: URL(filePath: path))
    for count in [0, 5, 900, bytes.count / 2, bytes.count - 1] {
      let cut = scratch.file("cut.safetensors")
      try bytes.prefix(count).write(to: URL(filePath: cut))
      let text = words { _ = try FeatureArchive.read(cut) }
      #expect(text.contains("cut.safetensors: "), "\(count) bytes: \(text)")
      #expect(!words { _ = try ExportCheck(cut) }.isEmpty)
    }
  }

  @Test func everyTensorIsAccountedFor() throws {
    let misshapen = try change({ entry in
      if entry.name == "trunk.conv3_1.bias" {
        entry = .init(name: entry.name, type: .f32, shape: [1, 16], bytes: entry.bytes)
      }
    })
    #expect(
      words { _ = try FeatureArchive.read(misshapen) }.contains(
        "tensor 'trunk.conv3_1.bias': has shape [1, 16], the model wants [16]"))
    for name in ["trunk.conv9.weight", "golden.output.conv9", "notes"] {
      let extra = try change(adding: .init(name: name, type: .f32, shape: [0], bytes: []))
      #expect(words { _ = try FeatureArchive.read(extra) }.contains("tensor '\(name)': is n"))
    }
  }

  @Test func otherWeightsDoNotPassForTheOnesThatWereWritten() throws {
    let other = try change({ entry in
      guard entry.name == "trunk.conv4_2.weight" else { return }
      var bytes = entry.bytes
      for index in stride(from: 3, to: bytes.count, by: 8) { bytes[index] ^= 0x80 }
      entry = .init(name: entry.name, type: .f32, shape: entry.shape, bytes: bytes)
    })
    let text = words { _ = try FeatureArchive.read(other) }
    #expect(text.contains("tensor 'conv4_2': gives another output"), "\(text)")
  }

  @Test func layersThatTheTrunkDoesNotHaveAreNotBelieved() throws {
    let other = try change(metadata: { words in
      words[FeatureDescription.key] = words[FeatureDescription.key]!.replacing(
        "\"receptiveField\":181", with: "\"receptiveField\":180")
    })
    let text = words { _ = try FeatureArchive.read(other) }
    #expect(text.contains("tensor 'conv5_3': is described with other layers"), "\(text)")
  }

  @Test func theFirstArchivesAreStillRead() throws {
    let old = try change(metadata: { words in
      words[FeatureDescription.key] = words[FeatureDescription.key]!.replacing(
        ",\"steps\":[]", with: "")
    })
    #expect(try FeatureArchive.read(old).archive.description.steps == [])
  }
}
