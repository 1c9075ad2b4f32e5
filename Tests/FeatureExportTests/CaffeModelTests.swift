import FeatureExport
import Foundation
import Networks
import Tensors
import Testing

/// Files of Caffe as it writes them itself: the released networks by the names of their layers.
@Suite struct CaffeModelTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private var output: String { scratch.file("out.safetensors") }

  /// The input of the scripts, prepared as an archive says.
  private func input(_ channels: Int, _ side: Int, _ preprocessing: Preprocessing) -> Tensor {
    let (shape, plane): (Shape, Int) = ([1, channels, side, side], side * side)
    let values = TorchGolden.numbers(shape).enumerated().map { index, number in
      let channel = index / plane
      let value = number / 10 - (channel > 0 ? 50 : 0)
      return (value - Float(preprocessing.mean[channel])) * Float(preprocessing.scale[channel])
    }
    return Tensor(values, shape: shape)
  }

  @Test func theReleasedColorizationNetworkIsRecognized() throws {
    let report = try FeatureImporter.import(
      TorchGolden.file("colorization.caffemodel"), to: output, options: nil)
    #expect(report.features.trunk.architecture == .eccv16)
    #expect(
      report.recognized == [
        "recognized: eccv16, width 0.015625, 1 input channel, by the names of its layers",
        "left out: 4 layers (class8_ab, conv8_1, conv8_313, conv8_313_rh)",
        "preprocessing: lightness, less 50.0, times 1.0, as released",
      ])
    let difference = try TorchGolden.difference(
      output, { input(1, 32, $0) }, from: try TorchGolden.features("caffe.json")["colorization"]!)
    #expect(difference < 1e-5)
  }

  @Test func theReleasedSplitBrainNetworkIsRecognized() throws {
    let report = try FeatureImporter.import(
      TorchGolden.file("split-brain.caffemodel"), to: output, options: nil)
    let trunk = report.features.trunk
    #expect(trunk.architecture == .alexnet && !trunk.batchNormalization && trunk.form == .transfer)
    #expect(report.features.preprocessing.channels == .lab)
    #expect(
      report.recognized.last
        == "preprocessing: lab, less 50.0, -10.0, 0.0, times 0.02, 0.01, 0.0125, from layer "
        + "data_lab")
    #expect(report.notes == ["weights were float64 and are made float32"])
    let difference = try TorchGolden.difference(
      output, { input(3, 227, $0) }, from: try TorchGolden.features("caffe.json")["split-brain"]!)
    #expect(difference < 1e-5)
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: TorchGolden.file(name))))
  }

  private func refusal(of bytes: [UInt8]) throws -> String {
    let path = scratch.file("changed.caffemodel")
    try Data(bytes).write(to: URL(filePath: path))
    return words { _ = try FeatureImporter.import(path, to: output, options: nil) }
  }

  @Test func whatIsCutOffAnywhereIsRefused() throws {
    let whole = try bytes("colorization.caffemodel")
    // Behind the last layer of the trunk, what is left is a network without its head.
    let last = whole.firstIndex(ofRun: Array("conv7_3norm".utf8))!
    // Numbers are much alike; the first layers' fields are met one by one.
    for count in Array(0..<2000) + stride(from: 2000, to: last, by: 13) {
      #expect(try !refusal(of: Array(whole.prefix(count))).isEmpty, "\(count) bytes")
    }
  }

  @Test func changedBytesDoNoHarm() throws {
    let whole = try bytes("colorization.caffemodel")
    for place in stride(from: 0, to: whole.count, by: 401) {
      for mask in [0xFF, 0x80] as [UInt8] {
        var changed = whole
        changed[place] ^= mask
        _ = try refusal(of: changed)
      }
    }
  }

  /// A field of bytes of a message.
  private func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(bytes.count) + bytes
  }

  private func varint(_ value: Int) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }

  private func layer(_ name: String, _ type: String, _ blobs: [[UInt8]] = []) -> [UInt8] {
    field(
      100,
      field(1, Array(name.utf8)) + field(2, Array(type.utf8)) + blobs.flatMap { field(7, $0) })
  }

  @Test func whatContradictsItselfIsNamed() throws {
    func shape(_ sizes: [Int]) -> [UInt8] { field(7, field(1, sizes.flatMap(varint))) }
    let four = field(5, [UInt8](repeating: 0, count: 16))
    for (bytes, expected) in [
      (field(1, Array("net".utf8)), "has no layers"),
      (field(2, field(1, [])), "Caffe's format of 2013"),
      (layer("a", "C", [shape([5]) + four]), "a blob of shape [5] has 4 numbers"),
      (layer("a", "C", [shape([3]) + four]), "a blob of shape [3] has 4 numbers"),
      (layer("a", "C", [shape([1 << 40, 1 << 40]) + four]), "impossible shape"),
      (layer("a", "C", [shape([4]) + four + four]), "several pieces"),
      (layer("a", "C", [shape([4]) + field(5, [0, 0, 0])]), "several pieces"),
      (layer("a", "C", [shape([Int](repeating: 1, count: 33)) + four]), "over 32 axes"),
      (layer("a", "C", [shape([4]) + four]) + layer("a", "C"), "is the name of two layers"),
      (layer("a", "C") + layer("a", "C"), "is not recognized"),
      (field(100, field(1, [0xFF])), "not UTF-8"), ([0x0A, 0xFF, 0xFF, 0xFF, 0x7F], "is cut off"),
      ([0x0A] + [UInt8](repeating: 0xFF, count: 11), "is no .caffemodel"),
      ([0x0A, 0x01, 0x61, 0x0B], "is no .caffemodel"),
      (field(100, varint(7 << 3 | 2) + [100]), "is cut off"),
    ] as [([UInt8], String)] {
      let text = try refusal(of: bytes)
      #expect(text.contains(expected), "\(expected): \(text)")
    }
  }

  @Test func whatIsMissingOrInTheWayIsNamed() throws {
    let whole = try bytes("split-brain.caffemodel")
    let normalizing = try refusal(of: whole + layer("norm1", "LRN"))
    #expect(normalizing.contains("tensor 'norm1': normalizes responses, which a alexnet"))
    #expect(normalizing.contains("--ignore norm1"))
    // A name alone is not held against a layer that says what it is.
    #expect(try refusal(of: whole + layer("norm1", "Power")) == "")
    let blob = field(7, field(1, [4])) + field(5, [UInt8](repeating: 0, count: 16))
    let more = try refusal(of: whole + layer("extra", "Scale", [blob]))
    #expect(more.contains("nearest is a alexnet with extra"), "\(more)")
    // The layer that says how pictures are prepared, under another name.
    var other = whole
    while let name = other.firstIndex(ofRun: Array("data_lab".utf8)) {
      other[name + 7] = UInt8(ascii: "x")
    }
    let silent = try refusal(of: other)
    #expect(silent.contains("without a layer data_lab that says how pictures are"), "\(silent)")
  }
}

extension [UInt8] {
  /// Where a row of bytes begins.
  fileprivate func firstIndex(ofRun run: [UInt8]) -> Int? {
    indices.first { self[$0...].starts(with: run) }
  }
}
