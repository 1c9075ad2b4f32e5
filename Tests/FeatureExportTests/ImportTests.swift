import FeatureExport
import Foundation
import HDF5
import Layers
import Networks
import Tensors
import Testing

/// Weights from elsewhere come in by the strict door.
@Suite struct ImportTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The options for weights of this archive.
  func options(_ archive: FeatureArchive) -> FeatureImporter.Options {
    .init(
      trunk: archive.description.trunk, preprocessing: archive.description.preprocessing)
  }

  /// The largest difference between an archive's golden outputs and those of the one in a file.
  func difference(_ archive: FeatureArchive, _ path: String) throws -> Double {
    let imported = try FeatureArchive.read(path).archive
    return try archive.golden.prove(
      imported.trunk.outputs(archive.golden.input, of: Set(imported.trunk.names)),
      order: imported.trunk.names, file: "imported")
  }

  @Test func foreignFilesNeedAnArchitectureAndEveryTensor() throws {
    let archive = Samples.archive(Samples.configuration(.eccv16))
    let path = scratch.file("export")
    try archive.write(.pytorch, to: path)
    let file = try TensorArchive(reading: "\(path)/weights.safetensors")
    let foreign = scratch.file("foreign.safetensors")
    func rewrite(_ body: (TensorArchive.Entry) -> TensorArchive.Entry?) throws {
      var copy = TensorArchive(source: foreign)
      for entry in file.entries { if let new = body(entry) { copy.add(new) } }
      copy.add("head.bias", Tensor([1 as Float], shape: [1]))
      try copy.write(to: foreign)
    }
    let output = scratch.file("out.safetensors")
    func attempt(_ change: (inout FeatureImporter.Options) -> Void = { _ in }) -> String {
      var options = FeatureImporter.Options(
        trunk: archive.description.trunk, preprocessing: archive.description.preprocessing)
      change(&options)
      return words { _ = try FeatureImporter.import(foreign, to: output, options: options) }
    }
    try rewrite { $0 }
    #expect(
      words { _ = try FeatureImporter.import(foreign, to: output, options: nil) }
        .contains("does not say which trunk it holds"))
    #expect(attempt().contains("tensor 'head.bias': is not a tensor of a eccv16"))
    #expect(attempt { $0.ignored = ["head."] } == "")
    #expect(
      attempt {
        $0.ignored = ["head."]
        $0.trunk.width = 0.125
      }.contains("has shape"))
    try rewrite { $0.name == "conv4_2.bias" ? nil : $0 }
    #expect(attempt { $0.ignored = ["head."] }.contains("tensor 'conv4_2.bias': is missing"))
    // The names of the PyTorch release.
    try rewrite { entry in
      let parts = entry.name.split(separator: ".").map(String.init)
      if parts[1] == "num_batches_tracked" { return entry }
      let block = Int(String(parts[0].dropFirst(4).prefix(1)))!
      let index =
        parts[0].hasPrefix("norm")
        ? (block < 3 ? 4 : 6) : 2 * (Int(String(parts[0].last!))! - 1)
      return .init(
        name: "model\(block).\(index).\(parts[1])", type: entry.type, shape: entry.shape,
        bytes: entry.bytes)
    }
    #expect(attempt { $0.ignored = ["head."] } == "")
  }

  @Test func caffesFactorAndDenseLayersAreUnderstood() throws {
    let configuration = Samples.configuration(.alexnet, form: .transfer)
    let archive = Samples.archive(configuration)
    let path = scratch.file("caffe.h5")
    try archive.write(.caffe, to: path)
    let foreign = scratch.file("foreign.h5")
    do {
      let old = try HDF5File(reading: path)
      let new = try HDF5Writer(creating: foreign)
      for layer in try old.members(of: "/data") {
        for blob in try old.members(of: "/data/\(layer)") {
          let name = "/data/\(layer)/\(blob)"
          var values: [Float] = try old.read(name)
          var shape = try old.shape(of: name)
          if layer.hasSuffix("norm") { values = values.map { $0 * 500 } }
          if layer.hasPrefix("fc"), shape.count == 4 {
            shape = [shape[0], values.count / shape[0]]
          }
          try new.write(name, values, shape: shape)
        }
      }
      try new.commit()
    }
    let output = scratch.file("out.safetensors")
    let options = FeatureImporter.Options(
      trunk: configuration, preprocessing: archive.description.preprocessing)
    _ = try FeatureImporter.import(foreign, to: output, options: options)
    let imported = try FeatureArchive.read(output).archive
    #expect(
      try archive.golden.prove(
        imported.trunk.outputs(archive.golden.input, of: Set(imported.trunk.names)),
        order: imported.trunk.names, file: "imported") < 1e-4)
  }

  @Test func whatSaysItselfWhatItIsTakesNoArchitecture() throws {
    let archive = Samples.archive(Samples.configuration(.eccv16))
    for format in [ExportFormat.pytorch, .caffe] {
      let path = scratch.file("export-\(format)")
      try archive.write(format, to: path)
      var options = options(archive)
      options.trunk = Samples.configuration(.alexnet)
      let text = words {
        _ = try FeatureImporter.import(path, to: scratch.file("out"), options: options)
      }
      #expect(text.contains("says itself that it is a eccv16, width 0.0625"), "\(text)")
      #expect(text.contains("leave --architecture out"), "\(text)")
    }
  }

  @Test func aTensorHasItsNameInTheFileAndOurs() throws {
    let archive = Samples.archive(Samples.configuration(.vgg16, channels: 3), .rgb)
    try archive.write(.pytorch, to: scratch.file("export"))
    let file = try TensorArchive(reading: scratch.file("export/weights.safetensors"))
    let foreign = scratch.file("foreign.safetensors")
    func attempt(_ body: (TensorArchive.Entry) -> TensorArchive.Entry?) throws -> String {
      var copy = TensorArchive(source: foreign)
      for entry in file.entries { if let new = body(entry) { copy.add(new) } }
      try copy.write(to: foreign)
      var options = options(archive)
      options.trunk.affine = true
      return words {
        _ = try FeatureImporter.import(foreign, to: scratch.file("out"), options: options)
      }
    }
    let missing = try attempt { $0.name == "features.3.bias" ? nil : $0 }
    #expect(
      missing.contains("tensor 'features.3.bias': is missing (conv1_2.bias here)"), "\(missing)")
    let misshapen = try attempt { entry in
      guard entry.name == "features.0.bias" else { return entry }
      return .init(name: entry.name, type: .f32, shape: [1, 4], bytes: entry.bytes)
    }
    #expect(
      misshapen.contains(
        "tensor 'features.0.bias': has shape [1, 4], the model wants [4] (conv1_1.bias here)"),
      "\(misshapen)")
  }

  /// The byte of four bits of exponent and three of fraction that is nearest to zero from a number.
  static func e4m3(_ value: Float) -> UInt8 {
    let bits = (abs(value) * 0x1p-120).bitPattern >> 20
    return UInt8(min(bits, 0x7E)) | (value < 0 ? 0x80 : 0)
  }

  /// A tensor's numbers in another precision.
  static func rounded(_ entry: TensorArchive.Entry, to type: ElementType) -> TensorArchive.Entry {
    guard entry.type == .f32 else { return entry }
    let values = entry.bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    func bytes<Element>(_ elements: [Element]) -> [UInt8] {
      elements.withUnsafeBytes { Array($0) }
    }
    let new: [UInt8] =
      switch type {
      case .f64: bytes(values.map { Double($0) })
      case .f16: bytes(values.map { Float16($0) })
      case .f8e5m2: values.map { UInt8(Float16($0).bitPattern >> 8) }
      case .f8e4m3: values.map(e4m3)
      default: bytes(values.map { UInt16($0.bitPattern >> 16) })
      }
    return .init(name: entry.name, type: type, shape: entry.shape, bytes: new)
  }

  @Test(arguments: [
    (ElementType.f64, 1e-6), (.f16, 0.02), (.bf16, 0.2), (.f8e5m2, 0.3), (.f8e4m3, 0.2),
  ])
  func otherPrecisionsAreMadeFloat32(_ type: ElementType, _ limit: Double) throws {
    let archive = Samples.archive(Samples.configuration(.alexnet, form: .transfer))
    try archive.write(.pytorch, to: scratch.file("export"))
    let file = try TensorArchive(reading: scratch.file("export/weights.safetensors"))
    var other = TensorArchive(source: "other")
    for entry in file.entries { other.add(Self.rounded(entry, to: type)) }
    // Once as a foreign file, and once with what our export says of itself.
    for (metadata, options) in [([:], options(archive)), (file.metadata, nil)] {
      other.metadata = metadata
      try other.write(to: scratch.file("other.safetensors"))
      let output = scratch.file("out.safetensors")
      let report = try FeatureImporter.import(
        scratch.file("other.safetensors"), to: output, options: options)
      let note = "weights were \(type.rawValue) and are made float32"
      #expect(report.notes.contains(note) && report.description.contains("note: \(note)"))
      let imported = try FeatureArchive.read(output).archive
      #expect(imported.description.steps.last?.detail.contains(note) == true)
      for (new, old) in zip(imported.trunk.tensors, archive.trunk.tensors) {
        #expect(relativeDifference(new.tensor, old.tensor) < limit, "\(new.name)")
      }
    }
  }

  @Test func countsOfBatchesMayBeOfAnyType() throws {
    let archive = Samples.archive(Samples.configuration(.alexnet, form: .transfer))
    try archive.write(.pytorch, to: scratch.file("export"))
    let file = try TensorArchive(reading: scratch.file("export/weights.safetensors"))
    var other = TensorArchive(metadata: file.metadata, source: "other")
    for entry in file.entries {
      let isCount = entry.type == .i64
      other.add(
        isCount ? .init(name: entry.name, type: .bf16, shape: [], bytes: [0, 0]) : entry)
    }
    try other.write(to: scratch.file("other.safetensors"))
    let report = try FeatureImporter.import(
      scratch.file("other.safetensors"), to: scratch.file("out.safetensors"), options: nil)
    #expect(report.notes == [])
  }

  @Test func gainsAndOffsetsAreFoundByTheirNames() throws {
    let configuration = Samples.configuration(.vgg16, channels: 3, affine: true)
    let archive = Samples.archive(configuration, .rgb)
    try archive.write(.pytorch, to: scratch.file("export"))
    try archive.write(.caffe, to: scratch.file("export.h5"))
    // Without what the files say of themselves.
    let file = try TensorArchive(reading: scratch.file("export/weights.safetensors"))
    var foreign = TensorArchive(source: scratch.file("foreign.safetensors"))
    for entry in file.entries { foreign.add(entry) }
    try foreign.write(to: foreign.source)
    try caffe(archive, to: scratch.file("foreign.h5"), empty: [])
    var options = options(archive)
    options.trunk.affine = false
    options.isBGR = true
    for name in ["foreign.safetensors", "foreign.h5"] {
      let output = scratch.file("out.safetensors")
      let report = try FeatureImporter.import(scratch.file(name), to: output, options: options)
      #expect(report.notes == ["normalization has a gain and an offset, found by their names"])
      #expect(report.features.trunk.affine)
      #expect(try difference(archive, output) < 1e-4, "\(name)")
    }
    // One that lacks some of them lacks them by name.
    var incomplete = TensorArchive(source: scratch.file("incomplete.safetensors"))
    for entry in file.entries where entry.name != "features.4.weight" { incomplete.add(entry) }
    try incomplete.write(to: incomplete.source)
    func attempt() -> String {
      words {
        _ = try FeatureImporter.import(
          scratch.file("incomplete.safetensors"), to: scratch.file("x"), options: options)
      }
    }
    #expect(attempt().contains("'features.4.weight': is missing (norm1_2.weight here)"))
  }

  @Test func normalizationThatIsLeftOverHasItsRemedy() throws {
    let archive = Samples.archive(Samples.configuration(.resnet18, channels: 3), .rgb)
    try archive.write(.pytorch, to: scratch.file("export"))
    let file = try TensorArchive(reading: scratch.file("export/weights.safetensors"))
    var foreign = TensorArchive(source: scratch.file("foreign.safetensors"))
    for entry in file.entries where entry.name.hasSuffix("weight") || entry.name.contains("running")
    {
      foreign.add(entry)
    }
    try foreign.write(to: foreign.source)
    var options = options(archive)
    options.trunk.batchNormalization = false
    options.ignored = ["bn1.weight", "layer"]
    let text = words {
      _ = try FeatureImporter.import(foreign.source, to: scratch.file("x"), options: options)
    }
    #expect(text.contains("leave --no-batch-normalization out"), "\(text)")
  }

  @Test func eightBitsAreReadNumberByNumber() throws {
    let archive = Samples.archive(Samples.configuration(.eccv16))
    // Zero, the smallest and largest subnormal, the smallest normal, 1, -1.5 and the largest.
    for (type, bits, expected) in [
      (
        ElementType.f8e4m3, [0, 1, 7, 8, 0x38, 0xBC, 0x7E, 0xFE] as [UInt8],
        [0, 0x1p-9, 0x7p-9, 0x1p-6, 1, -1.5, 448, -448] as [Float]
      ),
      (
        .f8e5m2, [0, 1, 3, 4, 0x3C, 0xBE, 0x7B, 0xFB],
        [0, 0x1p-16, 0x3p-16, 0x1p-14, 1, -1.5, 57344, -57344]
      ),
    ] {
      var file = TensorArchive(source: "bytes")
      for named in archive.trunk.tensors {
        let count = named.tensor.shape.count
        let values =
          named.name == "conv1_1.weight"
          ? (0..<count).map { bits[$0 % bits.count] }
          : Array(
            repeating: named.name.hasSuffix("running_var") ? bits[4] : bits[0], count: count)
        file.add(
          .init(name: named.name, type: type, shape: named.tensor.shape.sizes, bytes: values))
      }
      try file.write(to: scratch.file("bytes.safetensors"))
      let output = scratch.file("out.safetensors")
      _ = try FeatureImporter.import(
        scratch.file("bytes.safetensors"), to: output, options: options(archive))
      let read = (try FeatureArchive.read(output).archive.trunk["conv1_1"] as! Convolution).weight
      for (index, value) in read.floats.enumerated() {
        #expect(value == expected[index % expected.count], "\(type) \(index)")
      }
    }
    // What is no number has a word that says what to do.
    var file = TensorArchive(source: "whole")
    for named in archive.trunk.tensors {
      let count = named.tensor.shape.count
      file.add(
        .init(
          name: named.name, type: .i8, shape: named.tensor.shape.sizes,
          bytes: Array(repeating: 1, count: count)))
    }
    try file.write(to: scratch.file("whole.safetensors"))
    let text = words {
      _ = try FeatureImporter.import(
        scratch.file("whole.safetensors"), to: scratch.file("x"), options: options(archive))
    }
    #expect(text.contains("is I8, which is not read; convert the file to F32"), "\(text)")
  }

  @Test func halfPrecisionIsReadBitForBit() throws {
    // Every kind of number: zero, subnormal, normal, the largest, and their negatives.
    let archive = Samples.archive(Samples.configuration(.eccv16))
    var file = TensorArchive(source: "half")
    let bits: [UInt16] = [0, 0x8000, 1, 0x03FF, 0x0400, 0x3C00, 0xBC01, 0x7BFF, 0xFBFF, 0x8001]
    for named in archive.trunk.tensors {
      let count = named.tensor.shape.count
      let halves: [UInt16] =
        named.name == "conv1_1.weight"
        ? (0..<count).map { bits[$0 % bits.count] } : Array(repeating: 0x1400, count: count)
      file.add(
        .init(
          name: named.name, type: .f16, shape: named.tensor.shape.sizes,
          bytes: halves.withUnsafeBytes { Array($0) }))
    }
    try file.write(to: scratch.file("half.safetensors"))
    let output = scratch.file("out.safetensors")
    _ = try FeatureImporter.import(
      scratch.file("half.safetensors"), to: output, options: options(archive))
    let read = (try FeatureArchive.read(output).archive.trunk["conv1_1"] as! Convolution).weight
    for (index, value) in read.floats.enumerated() {
      let expected = Float(Float16(bitPattern: bits[index % bits.count]))
      #expect(value.bitPattern == expected.bitPattern)
    }
  }

  /// A file as Net::ToHDF5 writes it: a group for every layer, whether it has weights or not.
  func caffe(
    _ archive: FeatureArchive, to path: String, empty layers: [String], isDouble: Bool = false
  ) throws {
    try archive.write(.caffe, to: scratch.file("export.h5"))
    let old = try HDF5File(reading: scratch.file("export.h5"))
    let new = try HDF5Writer(creating: path)
    for layer in try old.members(of: "/data") {
      for blob in try old.members(of: "/data/\(layer)") {
        let name = "/data/\(layer)/\(blob)"
        let (values, shape): ([Float], [Int]) = (try old.read(name), try old.shape(of: name))
        if isDouble {
          try new.write(name, values.map { Double($0) }, shape: shape)
        } else {
          try new.write(name, values, shape: shape)
        }
      }
    }
    for layer in layers { try new.createGroup("/data/\(layer)") }
    try new.commit()
  }

  @Test func caffesLayersWithoutWeightsArePassedOver() throws {
    let configuration = Samples.configuration(.alexnet, form: .transfer, normalization: false)
    let archive = Samples.archive(configuration)
    let (path, output) = (scratch.file("caffe.h5"), scratch.file("out.safetensors"))
    var options = options(archive)
    func attempt() -> String {
      words { _ = try FeatureImporter.import(path, to: output, options: options) }
    }
    let harmless = ["data", "relu1", "pool1", "drop6", "loss"]
    try caffe(archive, to: path, empty: harmless)
    #expect(attempt() == "")
    #expect(try difference(archive, output) < 1e-4)
    // BVLC's AlexNet normalizes responses, which this trunk does not.
    try caffe(archive, to: path, empty: harmless + ["norm1"])
    #expect(attempt().contains("tensor '/data/norm1': has no weights, and by its name normalizes"))
    options.ignored = ["norm1"]
    #expect(attempt() == "")
    let step = try FeatureArchive.read(output).archive.description.steps.last
    #expect(step?.detail == "from caffe.h5; without norm1…")
  }

  @Test func caffesDoublesAreMadeFloat32() throws {
    let archive = Samples.archive(Samples.configuration(.eccv16))
    let (path, output) = (scratch.file("caffe.h5"), scratch.file("out.safetensors"))
    try caffe(archive, to: path, empty: [], isDouble: true)
    let report = try FeatureImporter.import(path, to: output, options: options(archive))
    #expect(report.notes == ["weights were float64 and are made float32"])
    #expect(try difference(archive, output) < 1e-6)
  }
}
