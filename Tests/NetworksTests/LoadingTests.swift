import Layers
import Networks
import Randomness
import Tensors
import Testing

/// Something with a tensor of every role that a checkpoint holds.
private struct Pair: Parameterized {
  var weight: Tensor
  var mean: Tensor

  init(_ values: [Float], shape: Shape = [2, 2], dtype: DType = .f32, on device: Device) {
    weight = Tensor(values, shape: shape, dtype: dtype, on: device)
    mean = Tensor([5, Float(-0.0)], shape: [2], on: device)
  }

  mutating func visit(_ visitor: inout some ParameterVisitor) {
    visitor.path.append("part")
    visitor.parameter("weight", &weight, .weight)
    visitor.parameter("mean", &mean, .statistic)
    visitor.path.removeLast()
  }
}

@Suite struct LoadingTests {
  static let odd: [Float] = [.pi, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude]

  static func archive(_ model: some Parameterized, prefix: String = "") -> TensorArchive {
    var archive = TensorArchive(source: "weights.safetensors")
    model.save(into: &archive, prefix: prefix)
    return archive
  }

  @Test(arguments: Device.present)
  func weightsComeBackBitForBit(_ device: Device) throws {
    var archive = TensorArchive()
    archive.add("f32", Tensor(Self.odd, shape: [4, 1], on: device))
    let halves: [Float] = [1.5, -0.0, 3.140625, 0x1p-126]
    archive.add("bf16", Tensor(halves, shape: [2, 2], dtype: .bf16, on: device))
    archive.add("i32", Tensor(indices: [-1, .max], shape: [2], on: device))
    archive.add("scalar", Tensor([7 as Float], shape: [], on: device))
    archive.add("empty", Tensor([Float](), shape: [0, 3], on: device))
    let back = try TensorArchive(bytes: archive.serialized(), source: "memory")
    let f32 = try back.tensor("f32", on: device)
    #expect(f32.shape == [4, 1] && f32.floats.map(\.bitPattern) == Self.odd.map(\.bitPattern))
    let bf16 = try back.tensor("bf16", on: device)
    #expect(bf16.dtype == .bf16 && bf16.floats.map(\.bitPattern) == halves.map(\.bitPattern))
    #expect(back["bf16"]?.bytes.count == 8)
    #expect(try back.tensor("i32", on: device).indices == [-1, .max])
    #expect(try back.tensor("scalar", on: device).scalar == 7)
    #expect(try back.tensor("empty", on: device).shape == [0, 3])
  }

  @Test func doublesLiveWhereTheyAreComputed() throws {
    var archive = TensorArchive(source: "file")
    let values = [0.1, -1e-300]
    archive.add("x", Tensor(values, shape: [2], dtype: .f64, on: .reference))
    #expect(try archive.tensor("x", on: .reference).doubles == values)
    let error = #expect(throws: ArchiveError.self) { try archive.tensor("x", on: .cpu) }
    #expect(error?.description == "file: tensor 'x': is F64, which device cpu does not compute in")
  }

  @Test func aModelIsLoadedUnderItsNames() throws {
    let saved = Pair(Self.odd, on: .reference)
    let archive = Self.archive(saved, prefix: "trunk.")
    #expect(archive.names == ["trunk.part.weight", "trunk.part.mean"])
    var model = Pair([1, 2, 3, 4], on: .reference)
    let report = try model.load(from: archive, prefix: "trunk.")
    #expect(model.weight.floats == Self.odd)
    #expect(model.mean.floats.map(\.bitPattern) == saved.mean.floats.map(\.bitPattern))
    #expect(report.loaded.map(\.name) == archive.names)
    #expect(report.loaded[1].norm == 5 && report.loaded[1].shape == [2])
    #expect(report.fresh == [] && report.unused == [] && report.file == "weights.safetensors")
  }

  @Test func everythingThatDoesNotFitIsAnErrorAndChangesNothing() throws {
    let good = Self.archive(Pair([1, 2, 3, 4], on: .reference))
    var missing = TensorArchive(source: "weights.safetensors")
    missing.add(good["part.weight"]!)
    var extra = good
    extra.add("head.bias", Tensor([1 as Float], shape: [1], on: .reference))
    let turned = Self.archive(Pair([1, 2, 3, 4], shape: [4, 1], on: .reference))
    let wide = Self.archive(Pair([1, 2, 3, 4], dtype: .f64, on: .reference))
    for (archive, words) in [
      (missing, "tensor 'part.mean': is missing; closest: part.weight"),
      (extra, "tensor 'head.bias': is not a tensor of this model"),
      (turned, "tensor 'part.weight': has shape [4, 1], the model wants [2, 2]"),
      (wide, "tensor 'part.weight': is F64, the model wants f32; load with conversion"),
    ] {
      var model = Pair([9, 9, 9, 9], on: .reference)
      let error = #expect(throws: ArchiveError.self) { try model.load(from: archive) }
      #expect(error?.description.hasPrefix("weights.safetensors: \(words)") == true)
      #expect(model.weight.floats == [9, 9, 9, 9])
    }
    var model = Pair([9, 9, 9, 9], on: .reference)
    try model.load(from: wide, converting: true)
    #expect(model.weight.dtype == .f32 && model.weight.floats == [1, 2, 3, 4])
  }

  @Test func whatIsAllowedToDifferIsReported() throws {
    var archive = TensorArchive(source: "weights.safetensors")
    archive.add("part.weight", Tensor([3, 0, 4, 0 as Float], shape: [2, 2], on: .reference))
    archive.add("head.bias", Tensor([2 as Float], shape: [1], on: .reference))
    var model = Pair([9, 9, 9, 9], on: .reference)
    let report = try model.load(
      from: archive, allowingFresh: { $0 == "part.mean" },
      allowingUnused: { $0.hasPrefix("head.") })
    #expect(report.loaded.map(\.norm) == [5])
    #expect(report.fresh == [.init(name: "part.mean", shape: [2], norm: 5)])
    #expect(report.unused == [.init(name: "head.bias", shape: [1], norm: 2)])
    #expect(
      report.description
        == "weights.safetensors: 1 tensors loaded, fresh 1 (part.mean), unused 1 (head.bias)")
  }
}
