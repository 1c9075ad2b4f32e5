import Compression
import FeatureExport
import Foundation
import Networks
import Tensors
import Testing

/// Files of torch.save: what torch wrote is read, and nothing else does harm.
@Suite struct TorchFileTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private var output: String { scratch.file("out.safetensors") }

  private static let trunks = [
    "alexnet.pth": "alexnet-torchvision", "alexnet-half.pth": "alexnet-torchvision",
    "alexnet-bfloat16.pth": "alexnet-torchvision", "alexnet-double.pth": "alexnet-torchvision",
    "alexnet-strided.pth": "alexnet-torchvision", "vgg11-legacy.pth": "vgg11",
    "vgg11_bn-deflated.pth": "vgg11", "resnet18-checkpoint.pth": "resnet18",
  ]

  @Test func everyFileGivesTorchsFeatures() throws {
    let golden = try TorchGolden.features("torch.json")
    #expect(golden.keys.sorted() == Self.trunks.keys.sorted())
    for (name, expected) in golden {
      let report = try FeatureImporter.import(
        TorchGolden.file(name), to: output, options: nil)
      let trunk = report.features.trunk
      #expect(trunk.architecture.rawValue == Self.trunks[name], "\(name)")
      #expect(trunk.width == 1 / 64.0 && trunk.inputChannels == 3, "\(name)")
      #expect(trunk.batchNormalization == (name.contains("bn") || name.contains("resnet")))
      #expect(report.features.preprocessing == Preprocessing(.rgb, size: 224))
      let shape: Shape = [1, 3, 64, 64]
      let difference = try TorchGolden.difference(
        output,
        { _ in Tensor(TorchGolden.numbers(shape).map { $0 / 500 - 1 }, shape: shape) },
        from: expected)
      #expect(difference < 1e-5, "\(name) differs by \(difference)")
    }
  }

  @Test func whatWasRecognizedIsSaid() throws {
    let report = try FeatureImporter.import(
      TorchGolden.file("resnet18-checkpoint.pth"), to: output, options: nil)
    #expect(
      report.recognized == [
        "recognized: resnet18, width 0.015625, 3 input channels, affine, by torchvision's names",
        "prefix removed from names: module.",
        "left out: 2 tensors of a head (fc.bias, fc.weight)",
        "preprocessing: rgb, less 0.485, 0.456, 0.406, times 4.366812, 4.464286, 4.444444",
      ])
    #expect(
      report.notes == [
        "weights are those under 'state_dict'; left out beside it: epoch, arch, best_acc1, "
          + "optimizer"
      ])
    let half = try FeatureImporter.import(
      TorchGolden.file("alexnet-half.pth"), to: output, options: nil)
    #expect(half.notes == ["weights were F16 and are made float32"])
    #expect(half.description.contains("recognized: alexnet-torchvision, width 0.015625"))
    let detail = try FeatureArchive.read(output).archive.description.steps.last?.detail
    #expect(
      detail
        == "from alexnet-half.pth; recognized by torchvision's names; weights were F16 and are "
        + "made float32")
  }

  @Test func optionsGoOnWorking() throws {
    var options = FeatureImporter.Options(
      trunk: TrunkConfiguration(.vgg11, width: 1 / 64.0, inputChannels: 3),
      preprocessing: Preprocessing(.rgb, size: 96))
    options.trunk.batchNormalization = false
    func attempt() -> String {
      words {
        _ = try FeatureImporter.import(
          TorchGolden.file("vgg11-legacy.pth"), to: output, options: options)
      }
    }
    #expect(attempt().contains("tensor 'classifier.0.weight': is not a tensor of a vgg11"))
    options.ignored = ["classifier."]
    #expect(attempt() == "")
    #expect(try FeatureArchive.read(output).archive.description.preprocessing.size == 96)
  }

  /// What an import of these bytes says; empty where it succeeds.
  private func refusal(of bytes: [UInt8]) throws -> String {
    let path = scratch.file("changed.pth")
    try Data(bytes).write(to: URL(filePath: path))
    return words { _ = try FeatureImporter.import(path, to: output, options: nil) }
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: TorchGolden.file(name))))
  }

  @Test(arguments: [("alexnet-half.pth", 1), ("vgg11-legacy.pth", 5)])
  func whatIsCutOffAnywhereIsRefused(_ name: String, _ step: Int) throws {
    let whole = try bytes(name)
    for count in stride(from: 0, to: whole.count, by: step) {
      let text = try refusal(of: Array(whole.prefix(count)))
      #expect(!text.isEmpty && text.contains("changed.pth"), "\(count) bytes: \(text)")
    }
  }

  @Test func noChangedByteOfANumberIsTaken() throws {
    let whole = try bytes("alexnet-half.pth")
    for place in stride(from: 0, to: whole.count, by: 3) {
      var changed = whole
      changed[place] ^= 0x55
      // Dates and attributes may change; what is read then is what was written.
      guard try refusal(of: changed).isEmpty else { continue }
      let difference = try TorchGolden.difference(
        output,
        { _ in
          Tensor(TorchGolden.numbers([1, 3, 64, 64]).map { $0 / 500 - 1 }, shape: [1, 3, 64, 64])
        }, from: try TorchGolden.features("torch.json")["alexnet-half.pth"]!)
      #expect(difference < 1e-5, "byte \(place)")
    }
  }

  /// A file with a pickle of one's own, and storages.
  private func file(_ pickle: [UInt8], storages: [String: [UInt8]] = [:]) -> [UInt8] {
    var zip = SmallZip()
    for (name, data) in [("a/data.pkl", pickle)] + storages.map({ ("a/data/\($0)", $1) }) {
      var checksum = CRC32()
      data.withUnsafeBytes { checksum.add($0) }
      zip.add(name, data, checksum: checksum.value)
    }
    return zip.file
  }

  private func text(_ text: String) -> [UInt8] { [0x8C, UInt8(text.utf8.count)] + text.utf8 }

  @Test func whatIsNoStateDictIsNamedAndNothingRuns() throws {
    let marker = scratch.file("executed")
    let call =
      [0x80, 2] + Array("cos\nsystem\n".utf8) + text("touch \(marker)") + [0x85, 0x52, 0x2E]
    #expect(
      try refusal(of: file(call)).contains("names os.system, which is no part of a state dict"))
    #expect(!FileManager.default.fileExists(atPath: marker))
    for (code, name) in [
      (0x69, "INST"), (0x81, "NEWOBJ"), (0x6F, "OBJ"), (0x82, "EXT1"), (0x54, "BINSTRING"),
      (0xFF, "0xFF"), (0x00, "0x0"),
    ] as [(UInt8, String)] {
      let text = try refusal(of: file([0x80, 2, 0x7D, code]))
      #expect(text.contains("has the pickle opcode \(name) at byte 3"), "\(text)")
    }
    for (pickle, expected) in [
      ([0x80, 2, 0x4B, 5, 0x2E], "holds no dictionary"),
      ([0x80, 2, 0x7D, 0x2E], "holds no state dict"),
      ([0x80, 9, 0x7D, 0x2E], "a pickle of protocol 9"),
      ([0x80, 2, 0x2E], "is damaged: its pickle"), ([0x80, 2, 0x85, 0x2E], "is damaged"),
      ([0x80, 2, 0x28, 0x7D, 0x2E], "is damaged"), ([0x80, 2, 0x68, 7, 0x2E], "is damaged"),
      ([0x80, 2, 0x65, 0x2E], "is damaged"), ([0x80, 2, 0x7D, 0x7D, 0x73, 0x2E], "is damaged"),
      ([0x80, 2, 0x8D] + [UInt8](repeating: 0xFF, count: 8), "has a size of"),
      ([0x80, 2, 0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0x2E], "ends too early"),
      ([0x80, 2, 0x8A, 200, 1, 0x2E], "ends too early"),
    ] as [([UInt8], String)] {
      let text = try refusal(of: file(pickle))
      #expect(text.contains(expected), "\(pickle): \(text)")
    }
  }

  @Test func noPickleTakesAllMemoryOrNeverEnds() throws {
    // A million brackets in brackets, and lists in lists by their own memo.
    let deep = [0x80, 2, 0x4E] + [UInt8](repeating: 0x85, count: 1_000_000) + [0x2E]
    #expect(try refusal(of: file(deep)).contains("holds no dictionary"))
    let long = [0x80, 2] + [UInt8](repeating: 0x5D, count: 2_000_000) + [0x2E]
    #expect(try refusal(of: file(long)).contains("opcodes, which no state dict has"))
    let own: [UInt8] = [0x80, 2, 0x5D, 0x71, 0, 0x68, 0, 0x61, 0x2E]
    #expect(try refusal(of: file(own)).contains("holds no dictionary"))
  }

  /// A state dict of one tensor in a storage of float32.
  private func tensor(
    shape: [Int], strides: [Int], offset: Int = 0, count: Int = 4, key: String = "0"
  ) -> [UInt8] {
    func number(_ value: Int) -> [UInt8] {
      [0x8A, 8] + withUnsafeBytes(of: Int64(value).littleEndian, Array.init)
    }
    func tuple(_ numbers: [Int]) -> [UInt8] { [0x28] + numbers.flatMap(number) + [0x74] }
    let head = [0x80, 2, 0x7D] + text("x") + Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8)
    let storage =
      [0x28] + text("storage") + Array("ctorch\nFloatStorage\n".utf8) + text(key) + text("cpu")
      + number(count) + [0x74, 0x51]
    return head + [0x28] + storage + number(offset) + tuple(shape) + tuple(strides)
      + [0x89, 0x4E, 0x74, 0x52, 0x73, 0x2E]
  }

  @Test func noTensorReachesBeyondItsStorage() throws {
    let storage = ["0": [UInt8](repeating: 0, count: 16)]
    for (shape, strides, offset, count) in [
      ([5], [1], 0, 4), ([4], [1], 1, 4), ([2, 2], [3, 1], 0, 4), ([4], [-1], 0, 4),
      ([-4], [1], 0, 4), ([4], [1], -1, 4), ([.max, .max], [0, 0], 0, 4), ([5], [0], 0, 4),
      ([.max], [.max], 1, 4), ([4], [1, 1], 0, 4), ([4], [1], 0, -1), ([2], [.max], .max, 4),
    ] as [([Int], [Int], Int, Int)] {
      let pickle = tensor(shape: shape, strides: strides, offset: offset, count: count)
      let text = try refusal(of: file(pickle, storages: storage))
      #expect(text.contains("is damaged"), "\(shape) \(strides) \(offset) \(count): \(text)")
    }
    let right = try refusal(of: file(tensor(shape: [4], strides: [1]), storages: storage))
    #expect(right.contains("no trunk is known by such names (x)"), "\(right)")
  }

  @Test func noMemberIsLargerThanItsBytesCanBe() throws {
    func attempt(_ change: (inout SmallZip) -> Void) throws -> String {
      var zip = SmallZip()
      change(&zip)
      return try refusal(of: zip.file)
    }
    let pickle: [UInt8] = [0x80, 2, 0x7D, 0x2E]
    #expect(
      try attempt { $0.add("a/data.pkl", pickle, checksum: 1) }.contains("the checksum it was"))
    #expect(
      try attempt { $0.add("a/data.pkl", pickle, checksum: 1, size: 1 << 30) }
        .contains("cannot be the 1073741824"))
    #expect(
      try attempt { $0.add("a/data.pkl", pickle, checksum: 1, size: 1 << 30, method: 8) }
        .contains("cannot be the 1073741824"))
    #expect(
      try attempt { $0.add("a/data.pkl", pickle, checksum: 1, size: 4128, method: 8) }
        .contains("compressed bytes are damaged"))
    #expect(
      try attempt { $0.add("a/data.pkl", pickle, checksum: 1, method: 12) }
        .contains("compressed by method 12"))
    #expect(
      try attempt { $0.add("a/data.pkl", pickle, checksum: 1, flags: 1) }
        .contains("encrypted member"))
    #expect(
      try attempt {
        $0.add("a/data.pkl", pickle, checksum: 1)
        $0.add("a/data.pkl", pickle, checksum: 1)
      }.contains("two members 'a/data.pkl'"))
    #expect(try attempt { $0.add("a/b", pickle, checksum: 1) }.contains("none of torch.save"))
    #expect(
      try attempt {
        $0.add("a/data.pkl", pickle, checksum: 1)
        $0.add("a/constants.pkl", pickle, checksum: 1)
      }.contains("is TorchScript"))
  }
}
